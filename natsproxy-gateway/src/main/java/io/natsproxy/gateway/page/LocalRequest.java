package io.natsproxy.gateway.page;

import java.net.InetSocketAddress;
import java.net.URI;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/**
 * A request that has come over no connection.
 */
final class LocalRequest extends AbstractServerHttpRequest {

	private final byte[] body;

	private final @Nullable InetSocketAddress remoteAddress;

	LocalRequest(HttpMethod method, URI uri, HttpHeaders headers, byte[] body,
			@Nullable InetSocketAddress remoteAddress) {
		super(method, uri, null, headers);
		this.body = body;
		this.remoteAddress = remoteAddress;
	}

	@Override
	public @Nullable InetSocketAddress getRemoteAddress() {
		return this.remoteAddress;
	}

	@Override
	public Flux<DataBuffer> getBody() {
		return (this.body.length > 0)
				? Flux.defer(() -> Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(this.body))) : Flux.empty();
	}

	@Override
	protected MultiValueMap<String, HttpCookie> initCookies() {
		MultiValueMap<String, HttpCookie> cookies = new LinkedMultiValueMap<>();
		for (String field : getHeaders().getOrEmpty(HttpHeaders.COOKIE)) {
			for (String pair : field.split(";")) {
				int equals = pair.indexOf('=');
				if (equals > 0) {
					String name = pair.substring(0, equals).trim();
					cookies.add(name, new HttpCookie(name, pair.substring(equals + 1).trim()));
				}
			}
		}
		return cookies;
	}

	@Override
	protected @Nullable SslInfo initSslInfo() {
		return null;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> T getNativeRequest() {
		return (T) this;
	}

}
