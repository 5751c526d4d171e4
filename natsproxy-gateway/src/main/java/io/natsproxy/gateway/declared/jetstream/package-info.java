/**
 * Routes to streams: the target {@code jetstream}, whose messages are acknowledged.
 */
@NullMarked
package io.natsproxy.gateway.declared.jetstream;

import org.jspecify.annotations.NullMarked;
