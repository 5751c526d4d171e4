/**
 * Routes to subjects: the target {@code publish}.
 */
@NullMarked
package io.natsproxy.gateway.declared.publish;

import org.jspecify.annotations.NullMarked;
