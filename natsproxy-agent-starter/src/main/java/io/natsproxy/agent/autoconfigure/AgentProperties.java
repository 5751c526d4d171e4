package io.natsproxy.agent.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of an agent.
 *
 * @param enabled Whether the upstreams are served over NATS.
 * @param upstreams HTTP servers that are served over NATS.
 * @param maxInFlight How many requests may be passed on at once to each upstream, streams
 * not counted. More are answered with 503.
 * @param maxStreams How many requests may be passed on at once to each upstream of which
 * a body is a stream, that of the response among them. More are answered with 503.
 * @param maxHeadSize Longest head of a request, counted as NATS headers. Longer ones are
 * answered with 431.
 * @param verifySubject Whether the path of a request must be that of the subject on which
 * it came, so that permissions on subjects are permissions on paths. To be switched off
 * where subjects are mapped on their way.
 * @param shutdownGracePeriod How long a stop, or the withdrawal of an upstream that is
 * down, waits for requests to be answered.
 * @param metrics Whether requests to upstreams and their connections are measured by
 * Reactor Netty.
 */
@ConfigurationProperties("natsproxy.agent")
public record AgentProperties(@DefaultValue("true") boolean enabled, @DefaultValue List<Upstream> upstreams,
		@DefaultValue("1000") int maxInFlight, @DefaultValue("1000") int maxStreams,
		@DefaultValue("32KB") DataSize maxHeadSize, @DefaultValue("true") boolean verifySubject,
		@DefaultValue("20s") Duration shutdownGracePeriod, @DefaultValue("false") boolean metrics) {

	/**
	 * Properties of an HTTP server that is served over NATS.
	 *
	 * @param name Name of the upstream, and the queue group of its subscriptions: each
	 * request reaches one of the agents that have an upstream of this name.
	 * @param version Version of the upstream that others discover, such as "1.2.3".
	 * Defaults to that of the agent.
	 * @param description Text on the upstream for people who discover it.
	 * @param metadata What else others discover of the upstream.
	 * @param paths Patterns of the paths that are served.
	 * @param url Scheme, host and port of the server, and optionally a path that is put
	 * before every target.
	 * @param methods Methods that are served. HEAD goes with GET.
	 * @param stripPrefix Path with which all patterns begin and that the server does not
	 * see. It is told in X-Forwarded-Prefix.
	 * @param host Value of the Host field, or "preserve" for that of the client.
	 * @param headers Fields that every request gets, in place of those of the client.
	 * @param ssl TLS of the connections to the server.
	 * @param connectTimeout How long it may take to connect, or to get a connection of
	 * the pool (503).
	 * @param responseTimeout How long the head of a response may take once the request
	 * has been sent (504).
	 * @param stallTimeout How long a body may not move while its receiver waits for it.
	 * @param poolSize How many connections there may be at once, those of WebSockets not
	 * counted.
	 * @param maxIdleTime How long a connection is kept without a request. To be shorter
	 * than the server keeps it.
	 * @param maxWebSockets How many WebSockets may be open at once. More are answered
	 * with 503.
	 * @param maxResponseHeadSize Longest head of a response. Longer ones become a 502.
	 * @param health Target of the health check, which a status below 400 answers. An
	 * upstream without one counts as up.
	 * @param healthInterval Time between two health checks.
	 * @param healthTimeout How long a health check may take.
	 * @param healthFailures How many health checks in a row have to fail before the
	 * upstream is not served any more.
	 */
	public record Upstream(@Nullable String name, @Nullable String version, @Nullable String description,
			@DefaultValue Map<String, String> metadata, @DefaultValue List<String> paths, @Nullable URI url,
			@DefaultValue( {
					"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" }) List<String> methods,
			@Nullable String stripPrefix, @DefaultValue("preserve") String host,
			@DefaultValue Map<String, String> headers, @DefaultValue Ssl ssl,
			@DefaultValue("5s") Duration connectTimeout, @DefaultValue("60s") Duration responseTimeout,
			@DefaultValue("5m") Duration stallTimeout, @DefaultValue("500") int poolSize,
			@DefaultValue("1s") Duration maxIdleTime, @DefaultValue("1000") int maxWebSockets,
			@DefaultValue("32KB") DataSize maxResponseHeadSize, @Nullable String health,
			@DefaultValue("5s") Duration healthInterval, @DefaultValue("2s") Duration healthTimeout,
			@DefaultValue("2") int healthFailures){

	}

	/**
	 * Properties of TLS.
	 *
	 * @param bundle Name of an SSL bundle with the certificates that are trusted and the
	 * agent's own. Without one, those that the JVM trusts.
	 */
	public record Ssl(@Nullable String bundle) {

	}

}
