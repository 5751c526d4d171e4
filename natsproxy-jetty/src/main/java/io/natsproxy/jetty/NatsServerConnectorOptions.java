package io.natsproxy.jetty;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

import io.natsproxy.core.discovery.ServiceDiscovery;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link NatsServerConnector}.
 *
 * @param listener queue group and limits; no more requests are handled at once than the
 * thread pool of the server has threads
 * @param patterns the path patterns whose subjects are subscribed, in the syntax of
 * Spring's {@code PathPattern}
 * @param exposed whether a path may be reached: asked for the raw path of a target and
 * for the path that Jetty makes of it, decoded and without dot segments, both of which
 * have to be
 * @param forwardedHeaders whether the forwarded headers, which the gateway writes, are to
 * be believed
 * @param gracePeriod how long a stop waits for requests to be answered
 * @param webSockets settings of WebSockets
 * @param discovery what others discover of the service; {@code null} for nothing
 */
public record NatsServerConnectorOptions(NatsListenerOptions listener, Collection<String> patterns,
		Predicate<String> exposed, boolean forwardedHeaders, Duration gracePeriod, NatsWebSocketOptions webSockets,
		@Nullable ServiceDiscovery discovery) {

	/**
	 * Creates options of a service that is not discovered.
	 * @param listener queue group and limits
	 * @param patterns the path patterns whose subjects are subscribed
	 * @param exposed whether a path may be reached
	 * @param forwardedHeaders whether the forwarded headers are to be believed
	 * @param gracePeriod how long a stop waits for requests to be answered
	 * @param webSockets settings of WebSockets
	 */
	public NatsServerConnectorOptions(NatsListenerOptions listener, Collection<String> patterns,
			Predicate<String> exposed, boolean forwardedHeaders, Duration gracePeriod,
			NatsWebSocketOptions webSockets) {
		this(listener, patterns, exposed, forwardedHeaders, gracePeriod, webSockets, null);
	}

	/**
	 * Creates options that expose all paths, and believe forwarded headers.
	 * @param listener queue group and limits
	 */
	public NatsServerConnectorOptions(NatsListenerOptions listener) {
		this(listener, List.of("/**"), (path) -> true, true, Duration.ofSeconds(20), NatsWebSocketOptions.DEFAULTS);
	}

	public NatsServerConnectorOptions {
		patterns = List.copyOf(patterns);
	}

}
