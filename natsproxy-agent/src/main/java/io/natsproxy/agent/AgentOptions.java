package io.natsproxy.agent;

import java.time.Duration;

import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Settings of an agent that hold for all of its upstreams.
 *
 * @param maxInFlight most requests at once for each upstream, streams not counted (503)
 * @param maxStreams most requests at once for each upstream of which a body is a stream
 * (503)
 * @param maxHeadSize longest head of a request, in bytes as NATS headers (431)
 * @param verifySubject whether the target of a request must map to the subject on which
 * it came
 * @param streams settings of bodies that do not fit one message
 * @param sockets settings of WebSockets
 * @param format another format of requests; {@code null} for none
 * @param gracePeriod how long requests may take that are being answered when an upstream
 * is down or the agent stops
 * @param metrics whether the client's connections and requests are measured, in
 * Micrometer's global registry
 */
public record AgentOptions(int maxInFlight, int maxStreams, int maxHeadSize, boolean verifySubject,
		StreamOptions streams, NatsWebSocketOptions sockets, @Nullable MessageFormat format, Duration gracePeriod,
		boolean metrics) {

	/**
	 * The settings by default.
	 */
	public static final AgentOptions DEFAULTS = new AgentOptions(1000, 1000, WireProtocol.MAX_HEAD_SIZE, true,
			StreamOptions.DEFAULTS, NatsWebSocketOptions.DEFAULTS, null, Duration.ofSeconds(20), false);

	NatsListenerOptions listener(Upstream upstream) {
		return new NatsListenerOptions(upstream.name(), this.maxInFlight, this.maxStreams, this.maxHeadSize,
				this.verifySubject, this.streams, this.format);
	}

}
