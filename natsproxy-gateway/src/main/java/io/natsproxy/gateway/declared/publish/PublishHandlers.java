package io.natsproxy.gateway.declared.publish;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.wire.LiteralSubject;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.core.wire.WireProtocol;
import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.declared.RouteHandler;
import io.natsproxy.gateway.declared.RouteHandlerFactory;
import io.natsproxy.gateway.declared.RouteRequest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Makes the handlers of {@link PublishTarget}s.
 */
public final class PublishHandlers implements RouteHandlerFactory {

	private static final NatsReply ACCEPTED = new NatsReply(new ResponseHead(202, (action) -> {
	}), new byte[0]);

	private static final String REPLY = "reply";

	private final NatsCaller caller;

	/**
	 * Creates the factory.
	 * @param caller publishes; not closed by this object
	 */
	public PublishHandlers(NatsCaller caller) {
		this.caller = caller;
	}

	@Override
	public @Nullable RouteHandler create(NatsRoute route) {
		return (route.target() instanceof PublishTarget target) ? (request) -> publish(target, request) : null;
	}

	private Mono<NatsReply> publish(PublishTarget target, RouteRequest request) {
		String subject = target.subject().expand(request.variables());
		NatsHeaders headers = target.fields().of(request);
		String messageId = request.messageId();
		if (messageId != null) {
			headers.add(WireProtocol.MESSAGE_ID_HEADER, messageId);
		}
		String replySubject = target.replyAllowed() ? replySubject(request) : null;
		return request.collectBody(this.caller.maxMessage(subject, replySubject, headers), "").map((body) -> {
			this.caller.publish(subject, replySubject, headers, body, request.executor());
			return ACCEPTED;
		});
	}

	/**
	 * Returns where the client wants an answer. Subjects of NATS itself are not for it to
	 * be published to by others.
	 */
	private static @Nullable String replySubject(RouteRequest request) {
		String subject = request.query().getFirst(REPLY);
		if (subject != null && (!LiteralSubject.isValid(subject) || subject.startsWith("$"))) {
			throw new MalformedMessageException("'" + REPLY + "' is no subject for replies");
		}
		return subject;
	}

}
