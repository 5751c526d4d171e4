package io.natsproxy.gateway.declared.request;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.gateway.declared.MessageFields;
import io.natsproxy.gateway.declared.RouteTarget;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
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
	 * Statuses of responses that have no body.
	 */
	private static final Set<Integer> WITHOUT_BODY = Set.of(204, 205, 304);

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

	/**
	 * Returns the response that a reply is.
	 * @param reply the reply of the service
	 * @return the response
	 * @throws NatsExchangeException if it is longer than allowed
	 */
	public NatsReply response(NatsReply reply) {
		if (reply.stream() != null || reply.body().length > this.maxReplySize) {
			reply.discard();
			throw new NatsExchangeException(ExchangeFailure.BAD_REPLY,
					"The service sent a reply of more than " + this.maxReplySize + " bytes");
		}
		ResponseHead head = reply.head();
		HeaderFields fields = head.headers();
		ReplyStatus table = this.status;
		int status = (table != null) ? table.of(fields, head.status()) : head.status();
		String contentType = this.contentType;
		byte[] body = (status == head.status() || !WITHOUT_BODY.contains(status)) ? reply.body() : new byte[0];
		boolean untold = contentType != null && body.length > 0
				&& ReplyStatus.first(fields, HttpHeaders.CONTENT_TYPE) == null;
		return new NatsReply(new ResponseHead(status, untold ? with(fields, contentType) : fields), body);
	}

	private static HeaderFields with(HeaderFields headers, @Nullable String contentType) {
		return (action) -> {
			headers.forEach(action);
			action.accept(HttpHeaders.CONTENT_TYPE, List.of(String.valueOf(contentType)));
		};
	}

}
