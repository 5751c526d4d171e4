/**
 * Routes to object stores: the target {@code object-store}.
 */
@NullMarked
package io.natsproxy.gateway.declared.object;

import org.jspecify.annotations.NullMarked;
