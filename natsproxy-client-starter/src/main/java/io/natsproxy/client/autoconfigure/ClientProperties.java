package io.natsproxy.client.autoconfigure;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of a caller.
 *
 * @param enabled Whether the application can call services over NATS.
 * @param timeout How long a request may take.
 * @param maxInFlight How many requests may be under way at once, streams not counted.
 * More fail with 503.
 * @param maxStreams How many requests may be under way at once of which a body is a
 * stream, that of the response among them. More fail with 503.
 * @param maxHeadSize Longest head of a request and of a reply, counted as NATS headers.
 * @param maxControlLine Longest control line that the NATS server accepts, which bounds
 * the length of a path.
 */
@ConfigurationProperties("natsproxy.client")
public record ClientProperties(@DefaultValue("true") boolean enabled, @DefaultValue("10s") Duration timeout,
		@DefaultValue("1000") int maxInFlight, @DefaultValue("1000") int maxStreams,
		@DefaultValue("32KB") DataSize maxHeadSize, @DefaultValue("4096B") DataSize maxControlLine) {

}
