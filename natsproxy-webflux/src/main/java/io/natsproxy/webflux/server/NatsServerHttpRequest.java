package io.natsproxy.webflux.server;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;

import io.natsproxy.core.exchange.IncomingExchange;
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
 * A request that arrived over NATS. It has neither a local nor a remote address: those of
 * the HTTP client are in the forwarded headers, which the gateway writes.
 */
class NatsServerHttpRequest extends AbstractServerHttpRequest {

	private final IncomingExchange exchange;

	private final DataBufferFactory bufferFactory;

	NatsServerHttpRequest(IncomingExchange exchange, DataBufferFactory bufferFactory) throws URISyntaxException {
		this(exchange, bufferFactory, headers(exchange.head()));
	}

	private NatsServerHttpRequest(IncomingExchange exchange, DataBufferFactory bufferFactory, HttpHeaders headers)
			throws URISyntaxException {
		super(HttpMethod.valueOf(exchange.head().method()), uri(exchange.head(), headers), null, headers);
		this.exchange = exchange;
		this.bufferFactory = bufferFactory;
	}

	private static HttpHeaders headers(RequestHead head) {
		HttpHeaders headers = new HttpHeaders();
		head.headers().forEach(headers::addAll);
		return headers;
	}

	private static URI uri(RequestHead head, HttpHeaders headers) throws URISyntaxException {
		String host = headers.getFirst(HttpHeaders.HOST);
		return new URI("http://" + ((host != null) ? host : "localhost") + head.target());
	}

	@Override
	public Flux<DataBuffer> getBody() {
		byte[] body = this.exchange.body();
		return (body.length > 0) ? Flux.defer(() -> Flux.just(this.bufferFactory.wrap(body))) : Flux.empty();
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
		return null;
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
