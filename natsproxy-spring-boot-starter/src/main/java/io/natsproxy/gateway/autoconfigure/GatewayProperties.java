package io.natsproxy.gateway.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.natsproxy.gateway.route.NoRespondersStatus;
import io.natsproxy.gateway.route.RouteMode;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the gateway.
 *
 * @param enabled Whether the application is a gateway.
 * @param timeout How long it may take until the head of the response has come. Counts
 * anew when a streamed request has been sent.
 * @param maxInFlight How many exchanges may be under way at once, streams not counted.
 * More are answered with 503.
 * @param maxStreams How many exchanges may be under way at once of which a body is a
 * stream. More are answered with 503.
 * @param maxInFlightPerAddress How many exchanges the same client address may have, those
 * whose request is being read among them. More are answered with 429. Defaults to half of
 * "max-in-flight". Where a proxy stands in front of the gateway, "trusted-proxies" must
 * name it, or all clients have one address.
 * @param maxStreamsPerAddress How many streams the same client address may have. More are
 * answered with 429. Defaults to half of "max-streams".
 * @param maxBodySize Longest body of a request. A longer one is answered with 413. There
 * is no limit by default, since long bodies are streamed.
 * @param bodyLimits Longest bodies of requests by path. The first that matches counts, in
 * place of "max-body-size".
 * @param maxHeadSize Longest head of a request, answered with 431, and of a reply,
 * answered with 502, counted as NATS headers.
 * @param maxControlLine Longest control line that the NATS server accepts, which bounds
 * the length of a path.
 * @param noRespondersStatus What a client gets for a path that no service answers.
 * @param routeMode Whether clients reach every path, or only those that services have
 * declared.
 * @param maxTimeout Most time for which a service is waited for that has told how long it
 * takes. Defaults to "timeout".
 * @param methodNotAllowed Whether a path that is answered with another method than that
 * of the request is reported as 405, and not like a path that no service answers. Where
 * services have not told their routes, their OPTIONS are asked for.
 * @param trustedProxies Addresses and subnets of the proxies in front of the gateway,
 * whose "X-Forwarded-*" and "Forwarded" headers are believed.
 * @param responseHeaders Changes of response headers by path, after all filters and
 * hooks, for every response of the application.
 * @param cors CORS for all paths of the gateway, whose services have no say in it then.
 * When no origins are allowed here, it is left to the services.
 * @param websocket WebSockets.
 * @param format Format in which requests go out: "native", or that of a module on the
 * class path, such as "go-nats-proxy".
 * @param formats Formats in which requests go out by path. The first that matches counts,
 * in place of "format".
 * @param eventLoops Event loops of the HTTP server.
 * @param client Connections of HTTP clients.
 * @param shutdownLinger How long a connection of HTTP/1.1 on which no request is under
 * way is left to its client when the application stops. Whatever is answered meanwhile
 * says that the connection is going to be closed. Only with "server.shutdown=graceful".
 * @param managementPathReserved Whether paths under the base path of the management
 * endpoints that none of these answers are a 404, and not a request to a service. Only
 * where the endpoints are on the port of the gateway, and their base path is not "/".
 * @param dispatchShortcut Whether requests for paths that no mapping of the application
 * can claim go to the gateway at once. Otherwise Spring's own DispatcherHandler asks each
 * mapping about each request.
 */
@ConfigurationProperties("natsproxy.gateway")
public record GatewayProperties(@DefaultValue("true") boolean enabled, @DefaultValue("10s") Duration timeout,
		@DefaultValue("1000") int maxInFlight, @DefaultValue("1000") int maxStreams,
		@Nullable Integer maxInFlightPerAddress, @Nullable Integer maxStreamsPerAddress, @Nullable DataSize maxBodySize,
		@DefaultValue List<BodyLimit> bodyLimits, @DefaultValue("32KB") DataSize maxHeadSize,
		@DefaultValue("4096B") DataSize maxControlLine, @DefaultValue("auto") NoRespondersStatus noRespondersStatus,
		@DefaultValue("open") RouteMode routeMode, @Nullable Duration maxTimeout,
		@DefaultValue("true") boolean methodNotAllowed, @DefaultValue List<String> trustedProxies,
		@DefaultValue List<ResponseHeaders> responseHeaders, @DefaultValue Cors cors, @DefaultValue WebSocket websocket,
		@DefaultValue("native") String format, @DefaultValue List<PathFormat> formats,
		@DefaultValue EventLoops eventLoops, @DefaultValue Client client, @DefaultValue("1s") Duration shutdownLinger,
		@DefaultValue("true") boolean managementPathReserved, @DefaultValue("true") boolean dispatchShortcut) {

	/**
	 * Event loops of the HTTP server, where it is Reactor Netty.
	 *
	 * @param shared Whether connections to NATS run on them, which spares hand-overs from
	 * thread to thread. Not with "natsproxy.nats.transport=jnats", nor, unless it is set,
	 * where the application has a ReactorResourceFactory of its own.
	 * @param count Number of event loops, each of which is a thread, when they are
	 * shared. By default that of "-Dreactor.netty.ioWorkerCount", or the number of
	 * processors, and two at least.
	 * @param connections Number of connections to NATS that are spread over the event
	 * loops when they are shared. By default one for each event loop, and eight at most.
	 */
	public record EventLoops(@DefaultValue("true") boolean shared, @Nullable Integer count,
			@Nullable Integer connections) {

	}

	/**
	 * Connections of HTTP clients, where the HTTP server is Reactor Netty. Zero stands
	 * for no limit where nothing else is said. WebSockets have limits of their own.
	 *
	 * @param enabled Whether connections have the time-outs and limits below, and what is
	 * no well-formed request is answered with a problem body.
	 * @param headTimeout How long the head of a request may take, of the first from when
	 * the connection is there. A head that takes longer is answered with 408.
	 * @param idleTimeout How long a connection may wait for the next request.
	 * @param minRequestRate How many bytes per second of its body a client must send
	 * while it is read from. A slower request is answered with 408.
	 * @param minResponseRate How many bytes per second a client must take of what waits
	 * for it. The connection of a slower one is closed.
	 * @param rateGracePeriod Over which time rates are measured. Must be longer than
	 * zero.
	 * @param maxHeaderFields How many header fields a request may have. More are answered
	 * with 431.
	 * @param drainTimeout How long the rest of a body may come that has been answered
	 * before it was read. With zero the connection is closed at once.
	 * @param drainSize How much of such a rest may come until the connection is closed.
	 * With zero nothing may.
	 * @param halfClosedTimeout How long a client that has ended its sending side is
	 * waited for while nothing of a response is sent, unless it has said "Connection:
	 * close" or speaks HTTP/1.0: most such clients have gone. With zero it is waited for
	 * as if it had.
	 */
	public record Client(@DefaultValue("true") boolean enabled, @DefaultValue("30s") Duration headTimeout,
			@DefaultValue("75s") Duration idleTimeout, @DefaultValue("240B") DataSize minRequestRate,
			@DefaultValue("240B") DataSize minResponseRate, @DefaultValue("30s") Duration rateGracePeriod,
			@DefaultValue("100") int maxHeaderFields, @DefaultValue("5s") Duration drainTimeout,
			@DefaultValue("1MB") DataSize drainSize, @DefaultValue("500ms") Duration halfClosedTimeout) {

	}

	/**
	 * Changes of response headers.
	 *
	 * @param path Path pattern of the requests.
	 * @param regex Regular expression for the whole path of the requests, in place of a
	 * pattern.
	 * @param remove Names of headers to remove.
	 * @param set Headers to set, replacing what is there.
	 * @param add Headers to add to what is there.
	 */
	public record ResponseHeaders(@Nullable String path, @Nullable String regex, @DefaultValue List<String> remove,
			@DefaultValue Map<String, String> set, @DefaultValue Map<String, String> add) {

	}

	/**
	 * A limit of bodies by path.
	 *
	 * @param path Path pattern of the requests.
	 * @param regex Regular expression for the whole path of the requests, in place of a
	 * pattern.
	 * @param maxSize Longest body, required.
	 */
	public record BodyLimit(@Nullable String path, @Nullable String regex, @Nullable DataSize maxSize) {

	}

	/**
	 * A format by path.
	 *
	 * @param path Path pattern of the requests.
	 * @param regex Regular expression for the whole path of the requests, in place of a
	 * pattern.
	 * @param format Format in which they go out.
	 */
	public record PathFormat(@Nullable String path, @Nullable String regex, @DefaultValue("native") String format) {

	}

	/**
	 * Cross-origin resource sharing.
	 *
	 * @param allowedOrigins Origins to allow. '*' allows all.
	 * @param allowedOriginPatterns Patterns of origins to allow, such as
	 * 'https://*.example.com'.
	 * @param allowedMethods HTTP methods to allow. '*' allows all. Defaults to GET and
	 * HEAD.
	 * @param allowedHeaders Request headers to allow. '*' allows all.
	 * @param exposedHeaders Response headers that scripts may read.
	 * @param allowCredentials Whether credentials are supported. Not supported when not
	 * set.
	 * @param maxAge How long a client may remember the answer to a preflight request.
	 */
	public record Cors(@DefaultValue List<String> allowedOrigins, @DefaultValue List<String> allowedOriginPatterns,
			@DefaultValue List<String> allowedMethods, @DefaultValue List<String> allowedHeaders,
			@DefaultValue List<String> exposedHeaders, @Nullable Boolean allowCredentials,
			@DefaultValue("1800s") Duration maxAge) {

	}

	/**
	 * WebSockets.
	 *
	 * @param enabled Whether the gateway takes WebSockets.
	 * @param allowedOriginPatterns Patterns of the origins whose pages may open
	 * WebSockets, beside the gateway's own, such as 'https://*.example.com'. '*' allows
	 * all.
	 * @param handshakeTimeout How long a service may take to accept a WebSocket.
	 * @param maxSockets How many WebSockets there may be at once. More are answered with
	 * 503.
	 * @param maxSocketsPerAddress How many of them the same client address may have. More
	 * are answered with 429. Defaults to half of "max-sockets"; 0 for no such limit.
	 * @param compress Whether messages are compressed where the client can.
	 * @param forwardPings Whether pings of clients are passed on to services, besides
	 * being answered.
	 * @param pingInterval For how long a client may be silent before it is sent a ping,
	 * and how long it may take to answer that before its connection is given up. Zero for
	 * no pings.
	 * @param idleTimeout How long a WebSocket may carry no message before it is closed
	 * with 1001. There is no limit by default.
	 * @param slowClient What happens to a client that takes nothing of what is waiting
	 * for it.
	 * @param slowClientTimeout For how long a client may take nothing before it is
	 * closed, if that is what happens.
	 */
	public record WebSocket(@DefaultValue("true") boolean enabled, @DefaultValue List<String> allowedOriginPatterns,
			@DefaultValue("10s") Duration handshakeTimeout, @DefaultValue("50000") int maxSockets,
			@Nullable Integer maxSocketsPerAddress, @DefaultValue("false") boolean compress,
			@DefaultValue("false") boolean forwardPings, @DefaultValue("30s") Duration pingInterval,
			@Nullable Duration idleTimeout, @DefaultValue("wait") SlowClient slowClient,
			@DefaultValue("10s") Duration slowClientTimeout) {

	}

	/**
	 * The treatment of a client that takes nothing of what is waiting for it.
	 */
	public enum SlowClient {

		/**
		 * Services wait for it, each with one window at the most.
		 */
		WAIT,

		/**
		 * The WebSocket is closed with 1013 after a while.
		 */
		CLOSE

	}

}
