package io.natsproxy.webflux.websocket;

import java.util.Map;
import java.util.function.Supplier;

import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.WebSocketConnection;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;

/**
 * Accepts WebSockets over NATS. The handler runs from then on by itself: the handshake is
 * over, for filters and observations too. It has the context of the handshake, that of
 * Spring Security among it. Whatever way it ends, the WebSocket is closed: with 1000 when
 * it completes, with 1011 when it fails.
 */
public final class NatsRequestUpgradeStrategy implements RequestUpgradeStrategy {

	private static final Log logger = LogFactory.getLog(NatsRequestUpgradeStrategy.class);

	private static final String SUB_PROTOCOL = "Sec-WebSocket-Protocol";

	private static final WebSocketClose FAILED = new WebSocketClose(1011, "The service failed");

	private final WebSocketAcceptor acceptor;

	/**
	 * Creates a strategy.
	 * @param acceptor accepts; not closed by this object
	 */
	public NatsRequestUpgradeStrategy(WebSocketAcceptor acceptor) {
		this.acceptor = acceptor;
	}

	@Override
	public Mono<Void> upgrade(ServerWebExchange exchange, WebSocketHandler handler, @Nullable String subProtocol,
			Supplier<HandshakeInfo> handshakeInfoFactory) {
		HandshakeInfo info = handshakeInfoFactory.get();
		ServerHttpResponse response = exchange.getResponse();
		if (subProtocol != null) {
			response.getHeaders().set(SUB_PROTOCOL, subProtocol);
		}
		response.setStatusCode(HttpStatus.SWITCHING_PROTOCOLS);
		// What waits for the response to be committed adds its headers.
		return response.setComplete().then(Mono.deferContextual((context) -> {
			WebSocketConnection socket = accept(exchange, response.getHeaders());
			NatsWebSocketSession session;
			try {
				session = session(exchange, info, socket);
			}
			catch (Throwable ex) {
				this.acceptor.handled();
				socket.close(FAILED);
				throw ex;
			}
			handle(session, handler, Context.of(context));
			return Mono.empty();
		}));
	}

	private WebSocketConnection accept(ServerWebExchange exchange, HttpHeaders headers) {
		IncomingExchange request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
		return this.acceptor.accept(request, headers::forEach, request.executor());
	}

	private static NatsWebSocketSession session(ServerWebExchange exchange, HandshakeInfo info,
			WebSocketConnection socket) {
		NatsWebSocketSession session = new NatsWebSocketSession(socket, info, exchange.getResponse().bufferFactory());
		Map<String, String> variables = exchange.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
		if (variables != null) {
			session.getAttributes().put(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE, variables);
		}
		return session;
	}

	private void handle(NatsWebSocketSession session, WebSocketHandler handler, Context context) {
		WebSocketConnection socket = session.socket();
		Mono.defer(() -> handler.handle(session))
			.doFinally((signal) -> this.acceptor.handled())
			.contextWrite(context)
			.subscribe(null, (ex) -> {
				if (socket.isOpen() && !(ex instanceof NatsExchangeException)) {
					logger.error(
							"The handler of a WebSocket failed: " + session.getHandshakeInfo().getUri().getRawPath(),
							ex);
				}
				socket.close(FAILED);
			}, () -> socket.close(WebSocketClose.NORMAL));
	}

}
