package io.natsproxy.client.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of a service.
 *
 * @param enabled Whether the application's NATS routes are served.
 * @param name Name of the service, and the queue group of all its subscriptions: each
 * request reaches one of the instances that bear the same name. Defaults to
 * "spring.application.name".
 * @param version Version of the service that others discover, such as "1.2.3". Defaults
 * to that of the build, or of the application, where it is a semantic version.
 * @param description Text on the service for people who discover it.
 * @param metadata What else others discover of the service.
 * @param maxInFlight How many requests may be handled at once, streams not counted. More
 * are answered with 503.
 * @param maxStreams How many requests may be handled at once of which a body is a stream,
 * that of the response among them. More are answered with 503.
 * @param maxHeadSize Longest head of a request, counted as NATS headers. Longer ones are
 * answered with 431.
 * @param verifySubject Whether the path of a request must be that of the subject on which
 * it came, so that permissions on subjects are permissions on paths. To be switched off
 * where subjects are mapped on their way.
 * @param forwardedHeaders Whether address, scheme, host and prefix of a request are those
 * that the gateway has written into its forwarded headers.
 * @param requireSecurity Whether the start fails when Spring Security is on the class
 * path, but protects no NATS routes.
 * @param blockingThreads How many threads run handlers that block, on a JVM without
 * virtual threads. Defaults to ten for each processor.
 * @param shutdownGracePeriod How long a stop waits for requests to be answered.
 * @param middleware Settings of middleware by the name of its bean.
 * @param expose Requests of the application's own HTTP server that are served over NATS
 * too.
 * @param openapi The OpenAPI document of the service.
 */
@ConfigurationProperties("natsproxy.service")
public record ServiceProperties(@DefaultValue("true") boolean enabled, @Nullable String name, @Nullable String version,
		@Nullable String description, @DefaultValue Map<String, String> metadata, @DefaultValue("1000") int maxInFlight,
		@DefaultValue("1000") int maxStreams, @DefaultValue("32KB") DataSize maxHeadSize,
		@DefaultValue("true") boolean verifySubject, @DefaultValue("true") boolean forwardedHeaders,
		@DefaultValue("true") boolean requireSecurity, @Nullable Integer blockingThreads,
		@DefaultValue("20s") Duration shutdownGracePeriod, @DefaultValue Map<String, Middleware> middleware,
		@DefaultValue Expose expose, @DefaultValue OpenApi openapi) {

	/**
	 * Requests of the application's own HTTP server that are served over NATS, too.
	 *
	 * @param paths Path patterns of the requests, such as "/api/**".
	 * @param exclude Path patterns of requests that are not exposed although they match.
	 * @param methods HTTP methods of the requests, of which GET stands for HEAD too.
	 * Every method by default.
	 */
	public record Expose(@DefaultValue List<String> paths, @DefaultValue List<String> exclude,
			@DefaultValue List<String> methods) {

	}

	/**
	 * The OpenAPI document of the service.
	 *
	 * @param enabled Whether those who discover the service may ask for a document of its
	 * routes.
	 */
	public record OpenApi(@DefaultValue("true") boolean enabled) {

	}

	/**
	 * Settings of one middleware.
	 *
	 * @param enabled Whether it runs.
	 * @param path Path pattern of the requests for which it runs, in place of its own
	 * condition.
	 * @param regex Regular expression for the whole path of the requests for which it
	 * runs, in place of its own condition.
	 */
	public record Middleware(@DefaultValue("true") boolean enabled, @Nullable String path, @Nullable String regex) {

	}

}
