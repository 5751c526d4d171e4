package io.natsproxy.gateway.declared.jetstream;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.natsproxy.core.jetstream.StreamPublisher;
import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.gateway.declared.MessageFields;
import io.natsproxy.gateway.declared.RouteTarget;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;

/**
 * A message is published to a stream, and answered with 201 when the stream has stored
 * it. A body of NDJSON is a message for each line.
 *
 * @param subject the subject
 * @param fields the header fields that go out as headers of the message
 * @param stream the stream that has to store the message; {@code null} for whichever
 * takes the subject
 * @param idempotency how {@code Idempotency-Key} is taken
 * @param timeout how long an acknowledgement may take
 * @param readable whether GET of the location that is told of a message returns it
 */
public record JetStreamTarget(SubjectTemplate subject, MessageFields fields, @Nullable String stream,
		IdempotencyUse idempotency, Duration timeout, boolean readable) implements RouteTarget {

	/**
	 * The name of the property.
	 */
	public static final String KIND = "jetstream";

	/**
	 * Creates the target.
	 * @throws IllegalArgumentException if it is to be readable and has no stream, if the
	 * stream cannot be the name of one, or the time-out is not positive or too long
	 */
	public JetStreamTarget {
		if (stream == null && readable) {
			throw new IllegalArgumentException("Messages can be read of a declared stream only");
		}
		if (stream != null && !stream.matches("[!-~&&[^.*>/\\\\]]{1,255}")) {
			throw new IllegalArgumentException("'" + stream + "' is not the name of a stream");
		}
		if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(StreamPublisher.LONGEST) > 0) {
			throw new IllegalArgumentException(
					"The time-out is not between 1 and " + StreamPublisher.LONGEST.toMillis() + " ms");
		}
	}

	/**
	 * Returns a target with the default settings.
	 * @param subject the template of the subject
	 * @return the target
	 * @throws IllegalArgumentException if the template is malformed
	 */
	public static JetStreamTarget subject(String subject) {
		return new JetStreamTarget(SubjectTemplate.of(subject), MessageFields.DEFAULT, null, IdempotencyUse.OPTIONAL,
				StreamPublisher.LONGEST, false);
	}

	@Override
	public String kind() {
		return KIND;
	}

	@Override
	public boolean requiresJetStream() {
		return true;
	}

	@Override
	public Set<HttpMethod> methods() {
		return this.readable ? Set.of(HttpMethod.POST, HttpMethod.GET) : Set.of(HttpMethod.POST);
	}

	@Override
	public List<SubjectTemplate> templates() {
		return List.of(this.subject);
	}

}
