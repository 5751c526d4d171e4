package io.natsproxy.core.transport.jnats;

import java.io.IOException;

import io.nats.client.Connection;
import io.nats.client.Options;
import io.nats.client.impl.SocketDataPort;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a connection, with a guard before the reader of jnats: in jnats 2.26 a
 * single message with a malformed header block, which any publisher can send, ends the
 * reader thread while the status stays CONNECTED, and nothing is received any more. Such
 * a message arrives with the only header {@link WireProtocol#MALFORMED_HEADER} instead.
 *
 * <p>
 * For {@link Options.Builder#dataPortType(String)}; jnats makes one for each connection
 * attempt, by the name of the class.
 */
public class GuardedDataPort extends SocketDataPort {

	private @Nullable InboundGuard guard;

	@Override
	public void afterConstruct(Options options) {
		super.afterConstruct(options);
		this.guard = new InboundGuard(super::read, options.getMaxControlLine(), this::maxPayload,
				MalformedMessages::reportLine);
	}

	@Override
	public int read(byte[] target, int offset, int length) throws IOException {
		InboundGuard guard = this.guard;
		return (guard != null) ? guard.read(target, offset, length) : super.read(target, offset, length);
	}

	private long maxPayload() {
		Connection connection = this.connection;
		return connection.getMaxPayload();
	}

}
