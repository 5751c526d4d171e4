package io.natsproxy.webflux.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.WebSocketConnection;
import io.natsproxy.core.websocket.gateway.GatewayWebSockets;
import io.natsproxy.core.websocket.gateway.WebSocketHandshake;
import io.natsproxy.webflux.websocket.NatsWebSocketSession;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.util.StringUtils;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.client.WebSocketClient;

/**
 * Opens WebSockets of services over NATS, as a gateway does for its clients. Scheme, user
 * info and port of the URI do not matter; its host becomes the {@code Host} header. The
 * result completes when the handler does, upon which the WebSocket is closed with 1000;
 * where the handler fails, with 1011, and where the result is cancelled, with 1006.
 *
 * <p>
 * A service that answers with another status than 101 is a
 * {@link HandshakeRefusedException}; nobody to answer, no answer in time and the like are
 * a {@link NatsExchangeException}.
 */
public final class NatsWebSocketClient implements WebSocketClient, AutoCloseable {

	private static final String SUB_PROTOCOL = "Sec-WebSocket-Protocol";

	private static final WebSocketClose GOING_AWAY = new WebSocketClose(1001, "The client goes away");

	private static final WebSocketClose GONE = new WebSocketClose(WebSocketClose.ABNORMAL, "The client has gone");

	private static final WebSocketClose FAILED = new WebSocketClose(1011, "The client failed");

	private static final WebSocketClose NOT_OFFERED = new WebSocketClose(1002, "The sub-protocol was not offered");

	private final GatewayWebSockets sockets;

	private final Duration timeout;

	/**
	 * Creates a client.
	 * @param sockets asks services; not closed by this object
	 * @param timeout how long a service may take to accept
	 */
	public NatsWebSocketClient(GatewayWebSockets sockets, Duration timeout) {
		this.sockets = sockets;
		this.timeout = timeout;
	}

	@Override
	public Mono<Void> execute(URI url, WebSocketHandler handler) {
		return execute(url, null, handler);
	}

	@Override
	public Mono<Void> execute(URI url, @Nullable HttpHeaders requestHeaders, WebSocketHandler handler) {
		return Mono.defer(() -> {
			HttpHeaders headers = headers(url, requestHeaders, handler.getSubProtocols());
			List<String> offered = headers.getValuesAsList(SUB_PROTOCOL);
			return this.sockets
				.connect(ServiceCalls.head(HttpMethod.GET, url, headers),
						new CallOptions(this.timeout, ServiceCalls.EXECUTOR))
				.flatMap((handshake) -> handle(url, offered, handshake, handler));
		});
	}

	private static HttpHeaders headers(URI url, @Nullable HttpHeaders requestHeaders, List<String> subProtocols) {
		HttpHeaders headers = new HttpHeaders();
		if (requestHeaders != null) {
			requestHeaders.forEach(headers::addAll);
		}
		ServiceCalls.addHost(url, headers);
		if (!subProtocols.isEmpty() && !headers.containsHeader(SUB_PROTOCOL)) {
			headers.set(SUB_PROTOCOL, StringUtils.collectionToCommaDelimitedString(subProtocols));
		}
		return headers;
	}

	private static Mono<Void> handle(URI url, List<String> offered, WebSocketHandshake handshake,
			WebSocketHandler handler) {
		NatsReply reply = handshake.reply();
		HttpHeaders headers = new HttpHeaders();
		reply.head().headers().forEach(headers::addAll);
		WebSocketConnection socket = handshake.socket();
		if (socket == null) {
			reply.discard();
			return Mono
				.error(new HandshakeRefusedException(url, HttpStatusCode.valueOf(reply.head().status()), headers));
		}
		String subProtocol = headers.getFirst(SUB_PROTOCOL);
		if (subProtocol != null && !offered.contains(subProtocol)) {
			socket.close(NOT_OFFERED);
			return Mono.error(new NatsExchangeException(ExchangeFailure.BAD_REPLY,
					"The service chose a sub-protocol that has not been offered"));
		}
		NatsWebSocketSession session = new NatsWebSocketSession(socket,
				new HandshakeInfo(url, headers, Mono.empty(), subProtocol), DefaultDataBufferFactory.sharedInstance);
		return Mono.defer(() -> handler.handle(session))
			.doOnSuccess((nothing) -> socket.close(WebSocketClose.NORMAL))
			.doOnError((ex) -> socket.close(FAILED))
			.doOnCancel(() -> socket.close(GONE));
	}

	/**
	 * Closes the WebSockets that are open, with 1001.
	 */
	@Override
	public void close() {
		this.sockets.closeAll(GOING_AWAY);
	}

}
