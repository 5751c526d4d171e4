package io.natsproxy.core.connection;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

import io.nats.client.Connection;
import io.nats.client.Options;
import io.nats.client.impl.SocketDataPort;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

	private static final Logger logger = LoggerFactory.getLogger("io.natsproxy.connection");

	private static final AtomicLong malformed = new AtomicLong();

	private @Nullable InboundGuard guard;

	@Override
	public void afterConstruct(Options options) {
		super.afterConstruct(options);
		this.guard = new InboundGuard(super::read, options.getMaxControlLine(), this::maxPayload,
				GuardedDataPort::report);
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

	/**
	 * A warning for the 1st, 2nd, 4th, 8th.. message: whoever sends them must not be able
	 * to fill the log.
	 */
	private static void report(String controlLine) {
		long count = malformed.incrementAndGet();
		if (Long.bitCount(count) == 1) {
			String[] words = controlLine.split(" ");
			logger.warn("Received {} message(s) with malformed NATS headers so far, the last one on subject '{}'",
					count, (words.length > 1) ? words[1].replaceAll("[^\\x21-\\x7e]", "?") : "");
		}
	}

}
