/**
 * A transport whose messages are read and written on one Netty event loop, on the socket
 * of a jnats connection: jnats logs in, sets up TLS, reconnects and keeps the connection
 * alive, while the messages of the transport never meet its queues and threads.
 */
@NullMarked
package io.natsproxy.core.transport.netty;

import org.jspecify.annotations.NullMarked;
