/**
 * What stands between a NATS server and jnats, and takes out what jnats would not
 * survive.
 */
@NullMarked
package io.natsproxy.core.transport.jnats;

import org.jspecify.annotations.NullMarked;
