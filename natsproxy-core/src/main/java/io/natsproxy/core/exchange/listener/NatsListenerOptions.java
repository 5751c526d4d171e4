package io.natsproxy.core.exchange.listener;

import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link NatsListener}.
 *
 * @param queueGroup the queue group of all its subscriptions, so that one message reaches
 * one member once
 * @param maxInFlight most requests that are handled at once, streams not counted; more
 * are answered with 503
 * @param maxStreams most exchanges at once of which a body is a stream; more are answered
 * with 503
 * @param maxHeadSize longest head of a request, in bytes as NATS headers; longer ones are
 * answered with 431
 * @param verifySubject whether the target of a request must map to the subject on which
 * it came, which makes permissions on subjects permissions on paths; others are answered
 * with 400
 * @param streams settings of bodies that do not fit one message
 * @param format another format of requests, which are answered in it; {@code null} for
 * none
 */
public record NatsListenerOptions(String queueGroup, int maxInFlight, int maxStreams, int maxHeadSize,
		boolean verifySubject, StreamOptions streams, @Nullable MessageFormat format) {

	/**
	 * Creates the options with the limits by default: 1,000 requests and as many streams,
	 * heads of 32 KiB, subjects verified.
	 * @param queueGroup the queue group
	 */
	public NatsListenerOptions(String queueGroup) {
		this(queueGroup, 1000, WireProtocol.MAX_HEAD_SIZE, true);
	}

	/**
	 * Creates options with streams as by default.
	 * @param queueGroup the queue group
	 * @param maxInFlight most requests that are handled at once, and most streams
	 * @param maxHeadSize longest head of a request, in bytes
	 * @param verifySubject whether the target of a request must map to its subject
	 */
	public NatsListenerOptions(String queueGroup, int maxInFlight, int maxHeadSize, boolean verifySubject) {
		this(queueGroup, maxInFlight, maxHeadSize, verifySubject, StreamOptions.DEFAULTS);
	}

	/**
	 * Creates options for requests of natsproxy's own format alone.
	 * @param queueGroup the queue group
	 * @param maxInFlight most requests that are handled at once, and most streams
	 * @param maxHeadSize longest head of a request, in bytes
	 * @param verifySubject whether the target of a request must map to its subject
	 * @param streams settings of bodies that do not fit one message
	 */
	public NatsListenerOptions(String queueGroup, int maxInFlight, int maxHeadSize, boolean verifySubject,
			StreamOptions streams) {
		this(queueGroup, maxInFlight, maxInFlight, maxHeadSize, verifySubject, streams, null);
	}

	public NatsListenerOptions {
		if (queueGroup.isEmpty() || queueGroup.chars().anyMatch((c) -> c <= ' ' || c >= 0x7F)) {
			throw new IllegalArgumentException("Queue group '" + queueGroup
					+ "' is not a NATS queue group: expected printable ASCII without spaces");
		}
		if (maxInFlight < 1 || maxStreams < 1 || maxHeadSize < 1) {
			throw new IllegalArgumentException("Limits must be positive");
		}
	}

}
