package io.natsproxy.gateway;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.gateway.headers.FieldList;
import io.natsproxy.gateway.headers.ForwardedHeaders;
import io.natsproxy.gateway.hook.GatewayResponse;
import io.natsproxy.gateway.hook.ResponseHooks;
import io.natsproxy.gateway.route.KnownRoute;
import io.natsproxy.gateway.route.RouteTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.netty.channel.AbortedException;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

/**
 * The gateway: an HTTP request becomes a NATS request, and its reply, after the hooks,
 * the HTTP response.
 */
public final class GatewayHandler implements WebHandler {

	private static final RateLimitedLog lostBodies = new RateLimitedLog(LoggerFactory.getLogger(GatewayHandler.class));

	/**
	 * Longest body that does not count, in bytes, as a head does not: that of a problem
	 * is written however little memory there is.
	 */
	private static final int UNCOUNTED = 1024;

	private final NatsCaller caller;

	private final RequestReader requestReader;

	private final ForwardedHeaders forwardedHeaders;

	private final ResponseHooks hooks;

	private final GatewayOptions options;

	private final GatewayTelemetry telemetry;

	private final UnansweredPaths unanswered;

	private final ResponseWriter responseWriter;

	/**
	 * Creates the gateway.
	 * @param caller sends the requests; not closed by this object
	 * @param forwardedHeaders writes what services learn of the client
	 * @param hooks run on every response
	 * @param options time-outs, limits and failures
	 * @param telemetry where it tells of its requests
	 */
	public GatewayHandler(NatsCaller caller, ForwardedHeaders forwardedHeaders, ResponseHooks hooks,
			GatewayOptions options, GatewayTelemetry telemetry) {
		this.caller = caller;
		this.forwardedHeaders = forwardedHeaders;
		this.requestReader = new RequestReader(forwardedHeaders, options.bodyLimits(), options.passedOn(),
				caller::maxPayload);
		this.hooks = hooks;
		this.options = options;
		this.telemetry = telemetry;
		this.unanswered = new UnansweredPaths(caller, options.routes());
		this.responseWriter = new ResponseWriter(!hooks.isEmpty() || !options.formats().isNative());
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		return answer(exchange, this::ask);
	}

	/**
	 * Answers a request, and has a line in the log for it: with what is replied, after
	 * the hooks, or with a problem if it is malformed, or its body fails.
	 * @param exchange the exchange with the client
	 * @param reply makes the reply to a request whose head is well-formed
	 * @return completes when the response has been written
	 */
	public Mono<Void> answer(ServerWebExchange exchange, Function<GatewayRequest, Mono<NatsReply>> reply) {
		long startedAt = System.nanoTime();
		Mono<Void> handled = read(exchange, reply).flatMap((answer) -> {
			this.telemetry.log().answered(exchange, answer.head().status(), startedAt);
			return respond(exchange, answer);
		}).doOnDiscard(NatsReply.class, NatsReply::discard);
		return this.telemetry.log().watch(exchange, startedAt, handled);
	}

	/**
	 * Reads the head of a request.
	 * @param request the request
	 * @return the head, with what services learn of the client
	 * @throws NatsExchangeException if it is malformed
	 */
	public RequestHead head(ServerHttpRequest request) {
		return this.requestReader.head(request, this.requestReader.fields(request));
	}

	/**
	 * Returns the client by which limits are counted: the first that is no trusted proxy.
	 * @param request the request
	 * @return a value that is equal for the same client, or {@code null} if it is not
	 * known
	 * @throws IllegalArgumentException if a field of a trusted proxy is malformed
	 */
	public @Nullable Object client(ServerHttpRequest request) {
		return this.forwardedHeaders.client(request);
	}

	/**
	 * Writes a reply to the client, after the hooks.
	 * @param exchange the exchange with the client
	 * @param reply the reply
	 * @return completes when it has been written
	 */
	public Mono<Void> respond(ServerWebExchange exchange, NatsReply reply) {
		int length = reply.body().length;
		if (length <= UNCOUNTED) {
			return respondHeld(exchange, reply);
		}
		ByteReservation memory = new ByteReservation(this.caller.budget());
		if (!memory.tryReserve(length)) {
			return respond(exchange, refused(new NatsExchangeException(ExchangeFailure.MEMORY_EXHAUSTED,
					"There is no memory for more bodies at the moment")));
		}
		return respondHeld(exchange, reply).doFinally((signal) -> memory.close());
	}

	private Mono<Void> respondHeld(ServerWebExchange exchange, NatsReply reply) {
		GatewayResponse response = new GatewayResponse(reply);
		Mono<Void> written = this.hooks.isEmpty() ? write(exchange, response)
				: hooked(exchange.getRequest(), response).flatMap((hooked) -> write(exchange, hooked));
		// The server does not subscribe to a body whose client has gone already.
		return (reply.stream() != null) ? written.doFinally((signal) -> {
			if (signal != SignalType.ON_COMPLETE) {
				response.discard();
			}
		}) : written;
	}

	/**
	 * Writes a response to the client as it is.
	 * @param exchange the exchange with the client
	 * @param response the response
	 * @return completes when it has been written
	 */
	public Mono<Void> write(ServerWebExchange exchange, GatewayResponse response) {
		return this.responseWriter.write(exchange, response);
	}

	private Mono<NatsReply> read(ServerWebExchange exchange, Function<GatewayRequest, Mono<NatsReply>> reply) {
		ServerHttpRequest request = exchange.getRequest();
		FieldList fields;
		try {
			fields = this.requestReader.fields(request);
		}
		catch (NatsExchangeException ex) {
			this.telemetry.log().failed(exchange, ex);
			return Mono.just(refused(ex));
		}
		RequestHead head = this.requestReader.head(request, fields);
		Mono<NatsReply> replied = ReadForm.isRead(request, fields)
				? ReadForm.body(exchange)
					.flatMap((form) -> reply
						.apply(request(exchange, head, fields, this.requestReader.body(request, fields, form))))
				: reply.apply(request(exchange, head, fields, this.requestReader.body(request, fields)));
		return replied.onErrorResume((ex) -> {
			if (ex instanceof NatsExchangeException failure) {
				return failed(failure, exchange, head);
			}
			return failed(ex, exchange);
		});
	}

	private GatewayRequest request(ServerWebExchange exchange, RequestHead head, FieldList fields, Flux<byte[]> body) {
		return new GatewayRequest(exchange, head, fields, body, this.forwardedHeaders.client(exchange.getRequest()));
	}

	/**
	 * Asks the service.
	 */
	private Mono<NatsReply> ask(GatewayRequest request) {
		NatsReply refusal = refusal(request.exchange(), request.head());
		return (refusal != null) ? Mono.just(refusal) : exchange(request);
	}

	/**
	 * Makes a reply of a failure of the request's body.
	 */
	private static Mono<NatsReply> failed(Throwable ex, ServerWebExchange exchange) {
		if (ex instanceof BrokenRequestException broken) {
			return Mono.just(broken.toReply());
		}
		if (ex instanceof LostBodyException) {
			lostBodies.log(Level.ERROR, "{}", String.valueOf(ex.getMessage()));
			return Mono.just(NatsReply.problem(500, Problem.HEADERS, "The body of the request could not be passed on"));
		}
		if (ex instanceof AbortedException) {
			// The client has gone away within its body: there is nobody to be told.
			ServerRequestObservationContext.findCurrent(exchange.getAttributes())
				.ifPresent((observation) -> observation.setConnectionAborted(true));
			return Mono.empty();
		}
		return Mono.error(ex);
	}

	private Mono<NatsReply> exchange(GatewayRequest request) {
		ServerWebExchange exchange = request.exchange();
		KnownRoute route = exchange.getAttribute(KnownRoute.ATTRIBUTE);
		long length = request.length();
		CallOptions options = new CallOptions(this.options.routes().timeout(this.options.timeout(), route, length != 0),
				request.executor(), length, request.client(), call(exchange.getRequest()));
		return observe(exchange, request.head(), (sent) -> this.caller.exchange(sent, request.body(), options),
				(reply) -> reply.head().status());
	}

	/**
	 * Observes an exchange with a service.
	 * @param <T> what the exchange ends with
	 * @param exchange the exchange with the client
	 * @param head the head of the request
	 * @param call makes the exchange; its head may have header fields that tell the
	 * service to which trace it belongs
	 * @param status tells the HTTP status of what the exchange ends with
	 * @return the exchange
	 */
	public <T> Mono<T> observe(ServerWebExchange exchange, RequestHead head, Function<RequestHead, Mono<T>> call,
			ToIntFunction<T> status) {
		KnownRoute route = exchange.getAttribute(KnownRoute.ATTRIBUTE);
		Mono<T> observed = this.telemetry.observer().observe(head, route, call, status);
		RouteTable table = this.options.routes().table();
		return (route == null && table != null && call(exchange.getRequest()) == null)
				? observed.doOnNext((reply) -> table.answeredUnknown(head.method(), head.path())) : observed;
	}

	/**
	 * Returns how a request goes out in another format.
	 * @param request the request
	 * @return the call, or {@code null} for natsproxy's own format
	 */
	public @Nullable FormatCall call(ServerHttpRequest request) {
		return this.options.formats().of(request);
	}

	/**
	 * Makes a reply of a failure. Where nobody answers the path with this method, others
	 * may.
	 * @param ex the failure
	 * @param exchange the exchange with the client
	 * @param head the head of the request
	 * @return the reply
	 */
	public Mono<NatsReply> failed(NatsExchangeException ex, ServerWebExchange exchange, RequestHead head) {
		if (ex.failure() != ExchangeFailure.NO_RESPONDERS) {
			return Mono.just(failed(ex, exchange));
		}
		this.telemetry.log().failed(exchange, ex);
		return this.unanswered
			.answer(ex, head, exchange.getAttribute(KnownRoute.ATTRIBUTE), declaredMethods(exchange),
					call(exchange.getRequest()), client(exchange.getRequest()),
					RequestConnection.executor(exchange.getRequest()))
			.map((answer) -> answered(exchange, answer));
	}

	/**
	 * Makes a reply of a failure that says nothing of other routes.
	 * @param ex the failure
	 * @param exchange the exchange with the client
	 * @return the reply
	 */
	public NatsReply failed(NatsExchangeException ex, ServerWebExchange exchange) {
		this.telemetry.log().failed(exchange, ex);
		if (ex.failure() == ExchangeFailure.REQUEST_TIMEOUT) {
			// Or else the rest of the body is waited for without end.
			exchange.getResponse().getHeaders().setConnection("close");
		}
		return (ex.failure() == ExchangeFailure.NO_RESPONDERS) ? this.unanswered.unansweredReply(ex) : refused(ex);
	}

	private static List<String> declaredMethods(ServerWebExchange exchange) {
		return exchange.getAttributeOrDefault(DeclaredHandlers.METHODS_ATTRIBUTE, List.of());
	}

	/**
	 * Refuses a request for a path that nobody answers, where that is known.
	 * @param exchange the exchange with the client
	 * @param head the head of the request
	 * @return the reply; {@code null} if the bus is to be asked
	 */
	public @Nullable NatsReply refusal(ServerWebExchange exchange, RequestHead head) {
		boolean mayBe = this.unanswered.mayBeRefused(exchange.getAttribute(KnownRoute.ATTRIBUTE),
				call(exchange.getRequest()));
		UnansweredPaths.Answer answer = mayBe ? this.unanswered.refuse(head, declaredMethods(exchange)) : null;
		return (answer != null) ? answered(exchange, answer) : null;
	}

	private NatsReply answered(ServerWebExchange exchange, UnansweredPaths.Answer answer) {
		this.telemetry.log().failed(exchange, answer.failure());
		return answer.reply();
	}

	/**
	 * Counts what is refused.
	 * @param reason why
	 */
	public void refused(RefusalReason reason) {
		this.telemetry.refusals().refused(reason);
	}

	/**
	 * Counts a request that is refused before a service is asked.
	 * @param exchange the exchange with the client
	 * @param reason why
	 */
	public void refused(ServerWebExchange exchange, RefusalReason reason) {
		this.telemetry.log().refused(exchange, reason.tag());
		refused(reason);
	}

	/**
	 * Takes note of when the answer to a handshake was there.
	 * @param exchange the exchange with the client
	 * @param startedAt when a service was asked, as {@link System#nanoTime()} has it
	 */
	public void handshakeAnswered(ServerWebExchange exchange, long startedAt) {
		this.telemetry.log().headReceived(exchange, startedAt);
	}

	/**
	 * Takes note that a request is malformed.
	 * @param exchange the exchange with the client
	 */
	public void malformed(ServerWebExchange exchange) {
		this.telemetry.log().refused(exchange, RefusalReason.MALFORMED.tag());
	}

	/**
	 * Makes a reply of a failure, which is counted where it is a refusal of the gateway.
	 * @param ex the failure
	 * @return the reply
	 */
	public NatsReply refused(NatsExchangeException ex) {
		RefusalReason reason = RefusalReason.of(ex.failure());
		if (reason != null) {
			this.telemetry.refusals().refused(reason);
		}
		return NatsReply.of(ex);
	}

	/**
	 * Runs the hooks. A response that they have half changed is dropped when one fails.
	 * @param request the request
	 * @param response the response
	 * @return the response, or a problem in its place
	 */
	public Mono<GatewayResponse> hooked(ServerHttpRequest request, GatewayResponse response) {
		return this.hooks.apply(request, response).thenReturn(response).onErrorResume((ex) -> {
			response.discard();
			return Mono.just(
					new GatewayResponse(NatsReply.problem(500, Problem.HEADERS, "The response could not be prepared")));
		});
	}

}
