package io.natsproxy.gateway.declared.request;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.declared.RouteHandler;
import io.natsproxy.gateway.declared.RouteHandlerFactory;
import io.natsproxy.gateway.declared.RouteRequest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;

/**
 * Makes the handlers of {@link RequestTarget}s.
 */
public final class RequestHandlers implements RouteHandlerFactory {

	private final NatsCaller caller;

	private final Duration timeout;

	/**
	 * Creates the factory.
	 * @param caller sends the requests; not closed by this object
	 * @param timeout how long a reply may take of which a route does not say
	 */
	public RequestHandlers(NatsCaller caller, Duration timeout) {
		this.caller = caller;
		this.timeout = timeout;
	}

	@Override
	public @Nullable RouteHandler create(NatsRoute route) {
		return (route.target() instanceof RequestTarget target) ? new Handler(target) : null;
	}

	private static NatsReply checked(RequestTarget target, NatsReply reply) {
		if (reply.stream() != null || reply.body().length > target.maxReplySize()) {
			reply.discard();
			throw new NatsExchangeException(ExchangeFailure.BAD_REPLY,
					"The service sent a reply of more than " + target.maxReplySize() + " bytes");
		}
		String contentType = target.contentType();
		ResponseHead head = reply.head();
		return (contentType == null || reply.body().length == 0 || hasContentType(head.headers())) ? reply
				: new NatsReply(new ResponseHead(head.status(), with(head.headers(), contentType)), reply.body());
	}

	private static boolean hasContentType(HeaderFields headers) {
		AtomicBoolean found = new AtomicBoolean();
		headers.forEach((name, values) -> {
			if (name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE)) {
				found.set(true);
			}
		});
		return found.get();
	}

	private static HeaderFields with(HeaderFields headers, String contentType) {
		return (action) -> {
			headers.forEach(action);
			action.accept(HttpHeaders.CONTENT_TYPE, List.of(contentType));
		};
	}

	private final class Handler implements RouteHandler {

		private final RequestTarget target;

		private Handler(RequestTarget target) {
			this.target = target;
		}

		@Override
		public Mono<NatsReply> handle(RouteRequest request) {
			String subject = this.target.subject().expand(request.variables());
			NatsHeaders headers = this.target.fields().of(request);
			Duration own = this.target.timeout();
			Duration timeout = (own != null) ? own : RequestHandlers.this.timeout;
			NatsCaller caller = RequestHandlers.this.caller;
			return request.collectBody(caller.maxMessage(subject, headers), "")
				.flatMap((body) -> caller.request(subject, headers, body,
						new CallOptions(timeout, request.executor(), body.length, request.client(), null)))
				.map((reply) -> checked(this.target, reply));
		}

		@Override
		public boolean countsRequests() {
			return true;
		}

	}

}
