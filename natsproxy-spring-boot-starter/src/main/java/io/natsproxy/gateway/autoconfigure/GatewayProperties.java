package io.natsproxy.gateway.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the gateway.
 *
 * @param enabled whether the application is a gateway
 * @param timeout how long it may take until the head of the response has come; counts
 * anew when a streamed request has been sent
 * @param maxInFlight how many exchanges may be under way at once; more are answered with
 * 503
 * @param maxBodySize longest body of a request; a longer one is answered with 413. There
 * is no limit by default, since long bodies are streamed
 * @param bodyLimits longest bodies of requests by path, the first that matches counting
 * in place of max-body-size
 * @param maxHeadSize longest head of a request (431) and of a reply (502), as NATS
 * headers
 * @param maxControlLine longest control line that the NATS server accepts; bounds the
 * length of a path
 * @param noRespondersStatus what a client gets for a path that no service answers
 * @param methodNotAllowed whether a path that is answered with another method than that
 * of the request is reported as 405, by asking for its OPTIONS, and not like a path that
 * no service answers
 * @param trustedProxies addresses and subnets of the proxies in front of the gateway,
 * whose X-Forwarded-* and Forwarded headers are believed
 * @param responseHeaders changes of response headers by path, after the hooks that are
 * beans
 * @param cors CORS for all paths of the gateway; when no origins are allowed here, it is
 * left to the services
 */
@ConfigurationProperties("natsproxy.gateway")
public record GatewayProperties(@DefaultValue("true") boolean enabled, @DefaultValue("10s") Duration timeout,
		@DefaultValue("1000") int maxInFlight, @Nullable DataSize maxBodySize, @DefaultValue List<BodyLimit> bodyLimits,
		@DefaultValue("32KB") DataSize maxHeadSize, @DefaultValue("4096B") DataSize maxControlLine,
		@DefaultValue("service-unavailable") NoResponders noRespondersStatus,
		@DefaultValue("true") boolean methodNotAllowed, @DefaultValue List<String> trustedProxies,
		@DefaultValue List<ResponseHeaders> responseHeaders, @DefaultValue Cors cors) {

	/**
	 * What a client gets for a path that no service answers.
	 */
	public enum NoResponders {

		/**
		 * 503 with Retry-After.
		 */
		SERVICE_UNAVAILABLE,

		/**
		 * 404.
		 */
		NOT_FOUND

	}

	/**
	 * Changes of response headers.
	 *
	 * @param path path pattern of the requests
	 * @param regex regular expression for the whole path of the requests, in place of a
	 * pattern
	 * @param remove names of headers to remove
	 * @param set headers to set, replacing what is there
	 * @param add headers to add to what is there
	 */
	public record ResponseHeaders(@Nullable String path, @Nullable String regex, @DefaultValue List<String> remove,
			@DefaultValue Map<String, String> set, @DefaultValue Map<String, String> add) {

	}

	/**
	 * A limit of bodies by path.
	 *
	 * @param path path pattern of the requests
	 * @param regex regular expression for the whole path of the requests, in place of a
	 * pattern
	 * @param maxSize longest body
	 */
	public record BodyLimit(@Nullable String path, @Nullable String regex, DataSize maxSize) {

	}

	/**
	 * Cross-origin resource sharing.
	 *
	 * @param allowedOrigins origins to allow; '*' for all
	 * @param allowedOriginPatterns patterns of origins to allow, such as
	 * 'https://*.example.com'
	 * @param allowedMethods HTTP methods to allow; '*' for all. GET and HEAD by default
	 * @param allowedHeaders request headers to allow; '*' for all
	 * @param exposedHeaders response headers that scripts may read
	 * @param allowCredentials whether credentials are supported; not set by default
	 * @param maxAge how long a client may remember the answer to a preflight request
	 */
	public record Cors(@DefaultValue List<String> allowedOrigins, @DefaultValue List<String> allowedOriginPatterns,
			@DefaultValue List<String> allowedMethods, @DefaultValue List<String> allowedHeaders,
			@DefaultValue List<String> exposedHeaders, @Nullable Boolean allowCredentials,
			@DefaultValue("1800s") Duration maxAge) {

	}

}
