package io.natsproxy.core.exchange.caller;

import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.wire.WireProtocol;

/**
 * Limits of a {@link NatsCaller}.
 *
 * @param maxInFlight most exchanges under way at once, from the time when their request
 * is published until the reply has come, streams not counted; must stay below the
 * outgoing queue of the connection
 * @param maxStreams most exchanges at once of which a body is a stream
 * @param maxInFlightPerClient most exchanges at once of one client
 * @param maxStreamsPerClient most streams at once of one client
 * @param maxHeadSize longest head of a request or a reply, in bytes as NATS headers
 * @param maxControlLine longest control line that the server accepts, in bytes
 * @param streams settings of bodies that do not fit one message
 */
public record NatsCallerOptions(int maxInFlight, int maxStreams, int maxInFlightPerClient, int maxStreamsPerClient,
		int maxHeadSize, int maxControlLine, StreamOptions streams) {

	/**
	 * 1,000 exchanges in flight and as many streams, of whichever client, heads of 32
	 * KiB, the control line of a NATS server by default.
	 */
	public static final NatsCallerOptions DEFAULTS = new NatsCallerOptions(1000, WireProtocol.MAX_HEAD_SIZE,
			WireProtocol.MAX_CONTROL_LINE);

	/**
	 * Creates options with streams as by default.
	 * @param maxInFlight most exchanges under way at once, and most streams
	 * @param maxHeadSize longest head of a request or a reply, in bytes
	 * @param maxControlLine longest control line that the server accepts, in bytes
	 */
	public NatsCallerOptions(int maxInFlight, int maxHeadSize, int maxControlLine) {
		this(maxInFlight, maxHeadSize, maxControlLine, StreamOptions.DEFAULTS);
	}

	/**
	 * Creates options without limits for each client.
	 * @param maxInFlight most exchanges under way at once, and most streams
	 * @param maxHeadSize longest head of a request or a reply, in bytes
	 * @param maxControlLine longest control line that the server accepts, in bytes
	 * @param streams settings of bodies that do not fit one message
	 */
	public NatsCallerOptions(int maxInFlight, int maxHeadSize, int maxControlLine, StreamOptions streams) {
		this(maxInFlight, maxInFlight, maxInFlight, maxInFlight, maxHeadSize, maxControlLine, streams);
	}

	public NatsCallerOptions {
		if (maxInFlight < 1 || maxStreams < 1 || maxInFlightPerClient < 1 || maxStreamsPerClient < 1 || maxHeadSize < 1
				|| maxControlLine <= WireProtocol.CONTROL_LINE_RESERVE) {
			throw new IllegalArgumentException("Limits must be positive, and the control line longer than "
					+ WireProtocol.CONTROL_LINE_RESERVE + " bytes");
		}
	}

}
