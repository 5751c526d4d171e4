package io.natsproxy.gateway.declared.request;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.gateway.declared.MessageFields;
import io.natsproxy.gateway.declared.RouteTarget;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;

/**
 * A message is sent to a NATS service, and its reply is the response: of the status that
 * it tells by {@code Natsproxy-Status}, or by the headers of an error (ADR-32), or else
 * 200.
 *
 * @param subject the subject
 * @param fields the header fields that go out as headers of the message
 * @param timeout how long it may take until the reply has come; {@code null} for that of
 * the gateway
 * @param maxReplySize the longest body of a reply, in bytes; a longer one is a 502
 * @param contentType the media type of replies that tell none; {@code null} for none
 * @param status how the reply tells its status otherwise; {@code null} for no other way
 * @param several when the replies end, of which there are several: each is a line of the
 * response; {@code null} for one reply
 */
public record RequestTarget(SubjectTemplate subject, MessageFields fields, @Nullable Duration timeout,
		long maxReplySize, @Nullable String contentType, @Nullable ReplyStatus status,
		@Nullable SeveralReplies several) implements RouteTarget {

	/**
	 * The name of the property.
	 */
	public static final String KIND = "request";

	/**
	 * Returns a target with the default settings.
	 * @param subject the template of the subject
	 * @return the target
	 * @throws IllegalArgumentException if the template is malformed
	 */
	public static RequestTarget subject(String subject) {
		return new RequestTarget(SubjectTemplate.of(subject), MessageFields.DEFAULT, null, Long.MAX_VALUE, null, null,
				null);
	}

	@Override
	public String kind() {
		return KIND;
	}

	@Override
	public Set<HttpMethod> methods() {
		return Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);
	}

	@Override
	public List<SubjectTemplate> templates() {
		return List.of(this.subject);
	}

}
