package io.natsproxy.gateway.declared;

import java.util.Map;
import java.util.Objects;

import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.StreamStatistics;
import io.natsproxy.core.exchange.caller.ExchangePlace;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.jetstream.JetStreamException;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.websocket.gateway.WebSocketHandshake;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.GatewayRequest;
import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Has the requests of one declared route answered, within the limits of all exchanges.
 */
final class DeclaredHandler implements WebHandler {

	private static final Logger logger = LoggerFactory.getLogger(DeclaredHandler.class);

	/**
	 * The variables of the path of a request.
	 */
	static final String MATCH_ATTRIBUTE = DeclaredHandler.class.getName() + ".match";

	private final GatewayHandler gateway;

	private final NatsCaller caller;

	private final NatsRoute route;

	private final RouteHandler handler;

	private final int segmentsBefore;

	DeclaredHandler(GatewayHandler gateway, NatsCaller caller, NatsRoute route, RouteHandler handler) {
		this.gateway = gateway;
		this.caller = caller;
		this.route = route;
		this.handler = handler;
		this.segmentsBefore = RouteVariables.segmentsBefore(route);
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		return Mono.defer(() -> {
			Held held = new Held(this.caller);
			return this.gateway.answer(exchange, (request) -> reply(request, held)).doFinally(held::release);
		});
	}

	/**
	 * Returns whether handshakes of WebSockets are decided about here.
	 */
	boolean acceptsWebSockets() {
		return this.handler instanceof WebSocketRouteHandler sockets && sockets.acceptsWebSockets();
	}

	/**
	 * Answers the handshake of a WebSocket.
	 */
	Mono<WebSocketHandshake> connect(ServerWebExchange exchange, RequestHead head) {
		WebSocketRouteHandler sockets = (WebSocketRouteHandler) this.handler;
		return Mono.defer(() -> {
			GatewayRequest request = new GatewayRequest(exchange, head, FieldList.of(head.headers()), Flux.empty(),
					this.gateway.client(exchange.getRequest()));
			return sockets.connect(routeRequest(request, head, new ByteReservation(this.caller.budget())));
		}).onErrorResume((ex) -> {
			NatsReply problem = problem(ex, exchange);
			return (problem != null) ? Mono.just(new WebSocketHandshake(problem, null)) : Mono.error(ex);
		});
	}

	private Mono<NatsReply> reply(GatewayRequest request, Held held) {
		ServerWebExchange exchange = request.exchange();
		return this.gateway
			.observe(exchange, request.head(), (sent) -> handled(request, sent, held), (reply) -> reply.head().status())
			.onErrorResume((ex) -> {
				NatsReply problem = problem(ex, exchange);
				return (problem != null) ? Mono.just(problem) : Mono.error(ex);
			});
	}

	private Mono<NatsReply> handled(GatewayRequest request, RequestHead sent, Held held) {
		return Mono.defer(() -> {
			if (!this.handler.countsRequests()) {
				held.take(request.client());
			}
			return this.handler.handle(routeRequest(request, sent, held.memory));
		}).doOnNext((reply) -> {
			if (reply.stream() != null) {
				try {
					held.stream();
				}
				catch (NatsExchangeException ex) {
					reply.discard();
					throw ex;
				}
			}
		});
	}

	private RouteRequest routeRequest(GatewayRequest request, RequestHead sent, ByteReservation memory) {
		ServerWebExchange exchange = request.exchange();
		PathPattern.PathMatchInfo match = exchange.getAttribute(MATCH_ATTRIBUTE);
		Map<String, String> path = (match != null) ? match.getUriVariables() : Map.of();
		RouteVariables variables = new RouteVariables(path, exchange.getRequest().getPath().pathWithinApplication(),
				this.segmentsBefore, query(exchange), request.fields());
		GatewayRequest traced = new GatewayRequest(exchange, sent, request.fields(), request.body(), request.client());
		return new RouteRequest(this.route, traced, variables, memory);
	}

	private static MultiValueMap<String, String> query(ServerWebExchange exchange) {
		try {
			return exchange.getRequest().getQueryParams();
		}
		catch (IllegalArgumentException ex) {
			throw new MalformedMessageException("The query is malformed");
		}
	}

	private @Nullable NatsReply problem(Throwable ex, ServerWebExchange exchange) {
		if (ex instanceof RouteProblemException problem) {
			return problem.toReply();
		}
		if (ex instanceof MalformedMessageException malformed) {
			this.gateway.malformed(exchange);
			return NatsReply.problem(malformed.status(), Problem.HEADERS,
					Objects.requireNonNullElse(malformed.getMessage(), ""));
		}
		if (ex instanceof JetStreamException refused) {
			logger.debug("JetStream: {}", refused.getMessage());
			return NatsReply.of(refused);
		}
		return (ex instanceof NatsExchangeException failure) ? this.gateway.failed(failure, exchange) : null;
	}

	/**
	 * What a request holds until its response has been written. A client that goes may be
	 * noticed before its place is taken, by another thread.
	 */
	private static final class Held {

		private final NatsCaller caller;

		private final ByteReservation memory;

		private @Nullable ExchangePlace place;

		private boolean released;

		Held(NatsCaller caller) {
			this.caller = caller;
			this.memory = new ByteReservation(caller.budget());
		}

		synchronized void take(@Nullable Object client) {
			if (!this.released) {
				this.place = this.caller.takePlace(client);
			}
		}

		synchronized void stream() {
			if (this.place != null) {
				this.place.stream();
			}
		}

		synchronized void release(SignalType signal) {
			this.released = true;
			this.memory.close();
			if (this.place != null) {
				this.place.leave((signal == SignalType.ON_COMPLETE) ? StreamStatistics.End.COMPLETE
						: (signal == SignalType.CANCEL) ? StreamStatistics.End.CANCELLED : StreamStatistics.End.BROKEN);
			}
		}

	}

}
