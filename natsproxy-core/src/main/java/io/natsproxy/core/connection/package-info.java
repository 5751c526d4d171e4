/**
 * Opening, guarding and watching a NATS connection. Everything here works on a plain
 * {@link io.nats.client.Connection} or {@link io.nats.client.Options}; the exchanges know
 * nothing of it.
 */
@NullMarked
package io.natsproxy.core.connection;

import org.jspecify.annotations.NullMarked;
