package io.natsproxy.webflux.server;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.header.ForwardedOrigin;
import io.natsproxy.core.wire.RequestHead;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/**
 * A request that arrived over NATS. Scheme, host and remote address are those of the HTTP
 * client, as far as the gateway's forwarded headers tell. Spring's
 * {@code ForwardedHeaderTransformer} is not used: it rebuilds the path and merges doubled
 * slashes, so that the path which is matched would not be the one that was routed.
 */
final class NatsServerHttpRequest extends AbstractServerHttpRequest {

	private static final String SUB_PROTOCOLS = "Sec-WebSocket-Protocol";

	/**
	 * Stands in place of the client's key, which means nothing behind the gateway.
	 */
	private static final String NO_KEY = "bmF0c3Byb3h5LXNvY2tldA==";

	/**
	 * The number of fields that a browser and the gateway usually send together.
	 */
	private static final int EXPECTED_FIELDS = 24;

	private final IncomingExchange exchange;

	private final DataBufferFactory bufferFactory;

	private final ForwardedOrigin origin;

	private final boolean hasBody;

	/**
	 * Creates the request.
	 * @param exchange the exchange
	 * @param bufferFactory wraps the body
	 * @param forwardedHeaders whether forwarded headers are to be believed
	 * @throws URISyntaxException if target or host are malformed
	 */
	static NatsServerHttpRequest of(IncomingExchange exchange, DataBufferFactory bufferFactory,
			boolean forwardedHeaders) throws URISyntaxException {
		HeaderMap fields = new HeaderMap(EXPECTED_FIELDS);
		exchange.head().headers().forEach(fields::addReadOnly);
		HttpHeaders headers = new HttpHeaders(fields);
		if (exchange.socketId() != null) {
			addHandshake(headers);
		}
		return new NatsServerHttpRequest(exchange, bufferFactory, headers,
				ForwardedOrigin.of(headers::getFirst, forwardedHeaders));
	}

	private NatsServerHttpRequest(IncomingExchange exchange, DataBufferFactory bufferFactory, HttpHeaders headers,
			ForwardedOrigin origin) throws URISyntaxException {
		super(HttpMethod.valueOf(exchange.head().method()), uri(origin, exchange.head()), origin.prefix(), headers);
		this.exchange = exchange;
		this.bufferFactory = bufferFactory;
		this.origin = origin;
		this.hasBody = exchange.body().length > 0;
	}

	/**
	 * Adds what the gateway has read and answers itself, so that a handshake looks like
	 * one, and lists the sub-protocols as {@code HandshakeWebSocketService} splits them.
	 */
	private static void addHandshake(HttpHeaders headers) {
		headers.set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
		headers.set(HttpHeaders.UPGRADE, "websocket");
		headers.set("Sec-WebSocket-Version", "13");
		headers.set("Sec-WebSocket-Key", NO_KEY);
		List<String> subProtocols = headers.getValuesAsList(SUB_PROTOCOLS);
		if (!subProtocols.isEmpty()) {
			headers.set(SUB_PROTOCOLS, String.join(",", subProtocols));
		}
	}

	/**
	 * Puts the URI together. Its path must remain that of the target, whatever the host
	 * and the prefix contain: it is the one by which the request was routed and allowed.
	 */
	private static URI uri(ForwardedOrigin origin, RequestHead head) throws URISyntaxException {
		URI uri = new URI(origin.scheme() + "://" + origin.authority() + origin.prefix() + head.target());
		if (!origin.authority().equals(uri.getRawAuthority())
				|| !uri.getRawPath().equals(origin.prefix() + head.path())) {
			throw new URISyntaxException(uri.toString(), "Host or prefix reach into the path");
		}
		return uri;
	}

	@Override
	public Flux<DataBuffer> getBody() {
		if (this.exchange.isStreamed()) {
			return this.exchange.stream()
				.map((frame) -> new HeldDataBuffer(this.bufferFactory.wrap(frame), this.exchange::release));
		}
		return this.hasBody ? Flux.defer(this::wholeBody) : Flux.empty();
	}

	/**
	 * The body counts until the buffer is released, however long the response takes.
	 */
	private Flux<DataBuffer> wholeBody() {
		byte[] body = this.exchange.acquireBody();
		if (body == null) {
			return Flux.error(new IllegalStateException("The body of the request has been read already"));
		}
		return Flux.just(new HeldDataBuffer(this.bufferFactory.wrap(body), (length) -> this.exchange.releaseBody()));
	}

	@Override
	protected MultiValueMap<String, HttpCookie> initCookies() {
		MultiValueMap<String, HttpCookie> cookies = new LinkedMultiValueMap<>();
		for (String header : getHeaders().getOrEmpty(HttpHeaders.COOKIE)) {
			for (Cookie cookie : ServerCookieDecoder.LAX.decodeAll(header)) {
				cookies.add(cookie.name(), new HttpCookie(cookie.name(), cookie.value()));
			}
		}
		return cookies;
	}

	@Override
	public @Nullable InetSocketAddress getRemoteAddress() {
		return this.origin.remoteAddress();
	}

	@Override
	protected @Nullable SslInfo initSslInfo() {
		return null;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> T getNativeRequest() {
		return (T) this.exchange;
	}

}
