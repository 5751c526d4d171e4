package io.natsproxy.gateway.declared.request;

import java.time.Duration;
import java.util.Arrays;

import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.ManyReplies;
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
import org.springframework.http.MediaType;

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

	private static ManyReplies replies(RequestTarget target, SeveralReplies several) {
		String contentType = target.contentType();
		return new ManyReplies(several.max(), several.stall(), several.sentinel(), target.maxReplySize(),
				new ResponseHead(200,
						HeaderFields.of(HttpHeaders.CONTENT_TYPE,
								(contentType != null) ? contentType : MediaType.APPLICATION_NDJSON_VALUE)),
				RequestHandlers::line);
	}

	/**
	 * Makes a line of a payload: the line ends in JSON are nothing but blanks.
	 */
	private static byte[] line(byte[] payload) {
		byte[] line = Arrays.copyOf(payload, payload.length + 1);
		for (int i = 0; i < payload.length; i++) {
			if (line[i] == '\n' || line[i] == '\r') {
				line[i] = ' ';
			}
		}
		line[payload.length] = '\n';
		return line;
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
			return request.collectBody(caller.maxMessage(subject, headers), "").flatMap((body) -> {
				CallOptions call = new CallOptions(timeout, request.executor(), body.length, request.client(), null);
				SeveralReplies several = this.target.several();
				return (several != null)
						? caller.requestMany(subject, headers, body, replies(this.target, several), call)
						: caller.request(subject, headers, body, call).map(this.target::response);
			});
		}

		@Override
		public boolean countsRequests() {
			return true;
		}

	}

}
