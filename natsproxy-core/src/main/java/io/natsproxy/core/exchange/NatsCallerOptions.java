package io.natsproxy.core.exchange;

import io.natsproxy.core.wire.WireProtocol;

/**
 * Limits of a {@link NatsCaller}.
 *
 * @param maxInFlight how many exchanges may be under way at once, counted from before the
 * body is read; must stay below the outgoing queue of the connection
 * @param maxHeadSize longest head of a request or a reply, in bytes as NATS headers
 * @param maxControlLine longest control line that the server accepts, in bytes
 * @param streams how bodies run that do not fit one message
 */
public record NatsCallerOptions(int maxInFlight, int maxHeadSize, int maxControlLine, StreamOptions streams) {

	/**
	 * 1,000 exchanges in flight, heads of 32 KiB, the control line of a NATS server by
	 * default.
	 */
	public static final NatsCallerOptions DEFAULTS = new NatsCallerOptions(1000, WireProtocol.MAX_HEAD_SIZE,
			WireProtocol.MAX_CONTROL_LINE);

	/**
	 * Creates options with streams as by default.
	 * @param maxInFlight how many exchanges may be under way at once
	 * @param maxHeadSize longest head of a request or a reply, in bytes
	 * @param maxControlLine longest control line that the server accepts, in bytes
	 */
	public NatsCallerOptions(int maxInFlight, int maxHeadSize, int maxControlLine) {
		this(maxInFlight, maxHeadSize, maxControlLine, StreamOptions.DEFAULTS);
	}

	public NatsCallerOptions {
		if (maxInFlight < 1 || maxHeadSize < 1 || maxControlLine <= WireProtocol.CONTROL_LINE_RESERVE) {
			throw new IllegalArgumentException("Limits must be positive, and the control line longer than "
					+ WireProtocol.CONTROL_LINE_RESERVE + " bytes");
		}
	}

}
