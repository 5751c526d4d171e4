package io.natsproxy.servlet.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of a servlet application whose requests come over NATS.
 *
 * @param enabled Whether the requests of the application come over NATS.
 * @param mode Whether they do so instead of an HTTP port, or beside it.
 * @param name Name of the service, and the queue group of all its subscriptions: each
 * request reaches one of the instances that bear the same name. Defaults to
 * "spring.application.name".
 * @param version Version of the service that others discover, such as "1.2.3". Defaults
 * to that of the build, or of the application, where it is a semantic version.
 * @param description Text on the service for people who discover it.
 * @param metadata What else others discover of the service.
 * @param paths Path patterns of the requests that are received, such as "/orders/**". All
 * by default in the mode "instead"; to be set in the mode "beside", where the endpoints
 * of the actuator are received only if a pattern begins with their base path.
 * @param maxInFlight How many requests may be handled at once, streams not counted: no
 * more than the server has threads, however large this is. More are answered with 503.
 * @param maxStreams How many requests may be handled at once of which a body is a stream,
 * that of the response among them. More are answered with 503.
 * @param maxHeadSize Longest head of a request, counted as NATS headers. Longer ones are
 * answered with 431.
 * @param verifySubject Whether the path of a request must be that of the subject on which
 * it came, so that permissions on subjects are permissions on paths. To be switched off
 * where subjects are mapped on their way.
 * @param forwardedHeaders Whether address, scheme and host of a request are those that
 * the gateway has written into its forwarded headers.
 * @param shutdownGracePeriod How long a stop waits for requests to be answered.
 */
@ConfigurationProperties("natsproxy.servlet")
public record ServletProperties(@DefaultValue("true") boolean enabled, @DefaultValue("instead") Mode mode,
		@Nullable String name, @Nullable String version, @Nullable String description,
		@DefaultValue Map<String, String> metadata, @DefaultValue List<String> paths,
		@DefaultValue("1000") int maxInFlight, @DefaultValue("1000") int maxStreams,
		@DefaultValue("32KB") DataSize maxHeadSize, @DefaultValue("true") boolean verifySubject,
		@DefaultValue("true") boolean forwardedHeaders, @DefaultValue("20s") Duration shutdownGracePeriod) {

	/**
	 * The ways in which requests come.
	 */
	public enum Mode {

		/**
		 * Over NATS alone: the application has no HTTP port.
		 */
		INSTEAD,

		/**
		 * Over NATS and over the HTTP port.
		 */
		BESIDE

	}

}
