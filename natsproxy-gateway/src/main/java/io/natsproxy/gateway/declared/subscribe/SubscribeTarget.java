package io.natsproxy.gateway.declared.subscribe;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.gateway.declared.RouteTarget;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;

/**
 * The messages of a subject are sent to clients as they come, for as long as those
 * listen.
 *
 * @param subject the subject, which may have wildcards of its own
 * @param stream the stream that stores the messages, so that clients can go on where they
 * were; {@code null} for those that come while a client listens
 * @param formats the forms in which clients get messages; the first is for those that
 * have no preference
 * @param heartbeat how long a response may be silent until a sign of life is sent
 * @param maxDuration how long a response may last; {@code null} for as long as the client
 * listens
 * @param buffer the most that waits for one client, in bytes, unless it is one message
 * @param slowClient how clients are dealt with for which more waits
 * @param maxSubscribers the most clients of the route at once
 */
public record SubscribeTarget(SubjectTemplate subject, @Nullable String stream, List<SubscribeFormat> formats,
		Duration heartbeat, @Nullable Duration maxDuration, long buffer, SlowClientPolicy slowClient,
		int maxSubscribers) implements RouteTarget {

	/**
	 * The name of the property.
	 */
	public static final String KIND = "subscribe";

	/**
	 * The default of {@link #heartbeat()}.
	 */
	public static final Duration HEARTBEAT = Duration.ofSeconds(15);

	/**
	 * The default of {@link #buffer()}.
	 */
	public static final long BUFFER = 64 * 1024;

	/**
	 * The default of {@link #maxSubscribers()}.
	 */
	public static final int MAX_SUBSCRIBERS = 10_000;

	/**
	 * Creates the target.
	 * @throws IllegalArgumentException if there is no format
	 */
	public SubscribeTarget {
		formats = List.copyOf(formats);
		if (formats.isEmpty()) {
			throw new IllegalArgumentException("A subscription has at least one format");
		}
	}

	/**
	 * Returns a target with the default settings.
	 * @param subject the template of the subject
	 * @return the target
	 * @throws IllegalArgumentException if the template is malformed
	 */
	public static SubscribeTarget subject(String subject) {
		return new SubscribeTarget(SubjectTemplate.ofSubscription(subject), null, List.of(SubscribeFormat.values()),
				HEARTBEAT, null, BUFFER, SlowClientPolicy.DROP_OLDEST, MAX_SUBSCRIBERS);
	}

	@Override
	public String kind() {
		return KIND;
	}

	@Override
	public boolean requiresJetStream() {
		return this.stream != null;
	}

	@Override
	public Set<HttpMethod> methods() {
		return Set.of(HttpMethod.GET);
	}

	@Override
	public List<SubjectTemplate> templates() {
		return List.of(this.subject);
	}

}
