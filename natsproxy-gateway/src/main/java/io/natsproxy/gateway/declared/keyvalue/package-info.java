/**
 * Routes to buckets of key-value pairs: the target {@code key-value}.
 */
@NullMarked
package io.natsproxy.gateway.declared.keyvalue;

import org.jspecify.annotations.NullMarked;
