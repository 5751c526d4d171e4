/**
 * What carries messages to a NATS server and back, and its implementation by jnats.
 */
@NullMarked
package io.natsproxy.core.transport;

import org.jspecify.annotations.NullMarked;
