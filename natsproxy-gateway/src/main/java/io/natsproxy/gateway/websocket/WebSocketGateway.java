package io.natsproxy.gateway.websocket;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.Executor;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.WebSocketConnection;
import io.natsproxy.core.websocket.gateway.GatewayWebSockets;
import io.natsproxy.core.websocket.gateway.WebSocketHandshake;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.gateway.DeclaredHandshake;
import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.RefusalReason;
import io.natsproxy.gateway.RequestConnection;
import io.natsproxy.gateway.hook.GatewayResponse;
import io.netty.channel.Channel;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.util.context.Context;

import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.util.CollectionUtils;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

/**
 * The gateway for WebSockets: a service decides about the handshake, as about any GET
 * request, or a route that the operator declares, and the connection is upgraded when it
 * has accepted.
 */
public final class WebSocketGateway implements WebHandler, AutoCloseable {

	private static final MultiValueMap<String, HttpCookie> NO_COOKIES = CollectionUtils
		.unmodifiableMultiValueMap(new LinkedMultiValueMap<>());

	private static final WebSocketClose GOING_AWAY = new WebSocketClose(1001, "The gateway shuts down");

	private static final WebSocketClose NOT_UPGRADED = new WebSocketClose(WebSocketClose.ABNORMAL,
			"The client has gone");

	private final GatewayHandler gateway;

	private final GatewayWebSockets sockets;

	private final OriginCheck originCheck;

	private final WebSocketOptions options;

	private final WebSocketLimits limits;

	private final ClientWebSockets clients;

	private final RequestUpgradeStrategy upgradeStrategy;

	private volatile boolean stopping;

	/**
	 * Creates the gateway.
	 * @param gateway reads requests and writes responses
	 * @param sockets asks services; not closed by this object
	 * @param timer looks after open WebSockets; not closed by this object
	 * @param originCheck which pages may open WebSockets
	 * @param options time-outs and limits
	 */
	public WebSocketGateway(GatewayHandler gateway, GatewayWebSockets sockets, ExchangeTimer timer,
			OriginCheck originCheck, WebSocketOptions options) {
		this.gateway = gateway;
		this.sockets = sockets;
		this.originCheck = originCheck;
		this.options = options;
		this.limits = new WebSocketLimits(options.maxSockets(), options.maxSocketsPerAddress());
		this.clients = new ClientWebSockets(timer, options);
		this.upgradeStrategy = new ReactorNettyRequestUpgradeStrategy(() -> WebsocketServerSpec.builder()
			.handlePing(true)
			.compress(options.compress())
			.maxFramePayloadLength(options.maxMessageSize()));
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		RequestHead head;
		try {
			UpgradeRequest upgrade = new UpgradeRequest(exchange.getRequest());
			NatsReply refusal = refuse(exchange, upgrade);
			if (refusal != null) {
				return this.gateway.respond(exchange, refusal);
			}
			upgrade.normalize();
			head = HandshakeFields.forService(this.gateway.head(exchange.getRequest()));
		}
		catch (NatsExchangeException ex) {
			this.gateway.malformed(exchange);
			return this.gateway.respond(exchange, this.gateway.refused(ex));
		}
		catch (IllegalArgumentException ex) {
			this.gateway.malformed(exchange);
			return this.gateway.respond(exchange,
					NatsReply.problem(400, Problem.HEADERS, "A forwarded header is malformed"));
		}
		boolean declared = exchange.getAttribute(DeclaredHandshake.ATTRIBUTE) != null;
		NatsReply refusal = declared ? null : this.gateway.refusal(exchange, head);
		return (refusal != null) ? this.gateway.respond(exchange, refusal) : admit(exchange, head);
	}

	private Mono<Void> admit(ServerWebExchange exchange, RequestHead head) {
		Object client = this.gateway.client(exchange.getRequest());
		NatsReply refusal = this.limits.acquire(client);
		if (refusal != null) {
			this.gateway.refused(exchange,
					(refusal.head().status() == 429) ? RefusalReason.CLIENT_WEBSOCKETS : RefusalReason.WEBSOCKETS);
		}
		return (refusal != null) ? this.gateway.respond(exchange, refusal)
				: connect(exchange, head, new WebSocketPlace(this.limits, client));
	}

	/**
	 * Returns the answer to a handshake that no service need be asked about.
	 */
	private @Nullable NatsReply refuse(ServerWebExchange exchange, UpgradeRequest upgrade) {
		NatsReply malformed = upgrade.check(exchange.getResponse().getHeaders());
		if (malformed != null) {
			this.gateway.malformed(exchange);
			return malformed;
		}
		if (this.stopping) {
			this.gateway.refused(exchange, RefusalReason.SHUTDOWN);
			return NatsReply.problem(503, Problem.RETRY_HEADERS, "The gateway shuts down");
		}
		if (this.originCheck.isAllowed(exchange.getRequest())) {
			return null;
		}
		this.gateway.refused(exchange, RefusalReason.ORIGIN);
		return NatsReply.problem(403, Problem.HEADERS, "The origin may not open WebSockets here");
	}

	private Mono<Void> connect(ServerWebExchange exchange, RequestHead head, WebSocketPlace place) {
		long startedAt = System.nanoTime();
		return handshake(exchange, head)
			.onErrorResume(NatsExchangeException.class,
					(ex) -> this.gateway.failed(ex, exchange, head).map((reply) -> new WebSocketHandshake(reply, null)))
			.flatMap((handshake) -> {
				this.gateway.handshakeAnswered(exchange, startedAt);
				return answer(exchange, handshake, place);
			})
			.doFinally((signal) -> place.leaveUnlessTaken());
	}

	private Mono<WebSocketHandshake> handshake(ServerWebExchange exchange, RequestHead head) {
		ServerHttpRequest request = exchange.getRequest();
		CallOptions options = new CallOptions(this.options.handshakeTimeout(), RequestConnection.executor(request))
			.in(this.gateway.call(request));
		DeclaredHandshake declared = exchange.getAttribute(DeclaredHandshake.ATTRIBUTE);
		return this.gateway.observe(exchange, head,
				(sent) -> (declared != null) ? declared.connect(exchange, sent) : this.sockets.connect(sent, options),
				(handshake) -> handshake.reply().head().status());
	}

	private Mono<Void> answer(ServerWebExchange exchange, WebSocketHandshake handshake, WebSocketPlace place) {
		WebSocketConnection socket = handshake.socket();
		return (socket != null)
				? this.gateway.hooked(exchange.getRequest(), new GatewayResponse(handshake.reply()))
					.flatMap((response) -> onEventLoop(exchange.getRequest(),
							upgrade(exchange, response, socket, place)))
					.doFinally((signal) -> closeUnlessTaken(socket, place))
				: this.gateway.respond(exchange, handshake.reply());
	}

	/**
	 * Has a connection upgraded by its event loop: what the client sends next would meet
	 * the handlers of HTTP, or be read half by them, while another thread replaces them.
	 */
	private static Mono<Void> onEventLoop(ServerHttpRequest request, Mono<Void> upgrade) {
		Executor executor = RequestConnection.executor(request);
		return (executor instanceof EventExecutor loop && loop.inEventLoop()) ? upgrade
				: upgrade.subscribeOn(Schedulers.fromExecutor(executor));
	}

	/**
	 * Closes a WebSocket that has not been upgraded, whatever kept it from that: the
	 * service need not wait.
	 */
	private static void closeUnlessTaken(WebSocketConnection socket, WebSocketPlace place) {
		if (!place.isTaken()) {
			socket.close(NOT_UPGRADED);
		}
	}

	private Mono<Void> upgrade(ServerWebExchange exchange, GatewayResponse response, WebSocketConnection socket,
			WebSocketPlace place) {
		ServerHttpRequest request = exchange.getRequest();
		if (!response.getStatus().equals(HttpStatus.SWITCHING_PROTOCOLS)) {
			// A hook has decided otherwise, or has failed.
			socket.close(new WebSocketClose(1011, "The gateway has refused"));
			return this.gateway.write(exchange, response);
		}
		String subProtocol = response.getHeaders().getFirst(HandshakeFields.SUB_PROTOCOL);
		if (subProtocol != null
				&& !request.getHeaders().getValuesAsList(HandshakeFields.SUB_PROTOCOL).contains(subProtocol)) {
			socket.close(new WebSocketClose(1002, "The sub-protocol was not offered"));
			return this.gateway.respond(exchange, NatsReply.of(new NatsExchangeException(ExchangeFailure.BAD_REPLY,
					"The service chose a sub-protocol that the client has not offered")));
		}
		HandshakeFields.addForClient(response.getHeaders(), exchange.getResponse().getHeaders());
		// Not for the client, which has it from the upgrade, but for who observes the
		// request.
		exchange.getResponse().setStatusCode(HttpStatus.SWITCHING_PROTOCOLS);
		WebSocketHandler client = (session) -> handle(session, exchange, socket, place);
		// The WebSocket keeps its subscriber's context, which would keep the whole
		// exchange.
		return exchange.getResponse()
			.setComplete()
			.then(this.upgradeStrategy.upgrade(exchange, client, subProtocol, () -> info(exchange, subProtocol))
				.contextWrite((context) -> Context.empty()));
	}

	private Mono<Void> handle(WebSocketSession session, ServerWebExchange exchange, WebSocketConnection socket,
			WebSocketPlace place) {
		Connection connection = ServerHttpResponseDecorator.getNativeResponse(exchange.getResponse());
		Channel channel = connection.channel();
		ClientMessages messages = new ClientMessages(session.receive());
		ClientPipeline.prepare(channel, this.options.maxMessageSize(), messages);
		return new ClientWebSocket(socket, channel, messages, this.options.forwardPings(), this.clients, place)
			.handle(session);
	}

	private static HandshakeInfo info(ServerWebExchange exchange, @Nullable String subProtocol) {
		ServerHttpRequest request = exchange.getRequest();
		InetSocketAddress remote = request.getRemoteAddress();
		return new HandshakeInfo(request.getURI(), new HttpHeaders(), NO_COOKIES, Mono.empty(), subProtocol, remote,
				Map.of(), exchange.getLogPrefix());
	}

	/**
	 * Accepts no more WebSockets, and closes all with 1001.
	 */
	void stop() {
		this.stopping = true;
		this.sockets.closeAll(GOING_AWAY);
	}

	/**
	 * Accepts WebSockets again.
	 */
	void start() {
		this.stopping = false;
	}

	/**
	 * Returns the number of WebSockets, those whose handshake is under way among them.
	 * @return the number of places that are taken
	 */
	public int open() {
		return this.limits.total();
	}

	@Override
	public void close() {
		this.clients.close();
	}

}
