/**
 * A transport by jnats, and the filters that take out what its reader would not survive.
 */
@NullMarked
package io.natsproxy.core.transport.jnats;

import org.jspecify.annotations.NullMarked;
