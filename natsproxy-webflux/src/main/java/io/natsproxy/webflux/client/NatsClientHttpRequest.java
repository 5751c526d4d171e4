package io.natsproxy.webflux.client;

import java.net.URI;

import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.webflux.body.BodyFlux;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.AbstractClientHttpRequest;

/**
 * A request that is going to be sent over NATS. Its body is kept for the exchange, which
 * subscribes to it.
 */
class NatsClientHttpRequest extends AbstractClientHttpRequest {

	private final HttpMethod method;

	private final URI uri;

	private Flux<byte[]> body = Flux.empty();

	NatsClientHttpRequest(HttpMethod method, URI uri) {
		this.method = method;
		this.uri = uri;
	}

	RequestHead head() {
		return ServiceCalls.head(this.method, this.uri, getHeaders());
	}

	Flux<byte[]> body() {
		return this.body;
	}

	@Override
	public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
		return doCommit(() -> {
			this.body = BodyFlux.chunks(body);
			return Mono.empty();
		});
	}

	@Override
	public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
		return doCommit(() -> {
			this.body = BodyFlux.flushedChunks(body);
			return Mono.empty();
		});
	}

	@Override
	public Mono<Void> setComplete() {
		return doCommit();
	}

	@Override
	protected void applyHeaders() {
		ServiceCalls.addHost(this.uri, getHeaders());
	}

	@Override
	protected void applyCookies() {
		StringBuilder header = new StringBuilder();
		for (Iterable<HttpCookie> cookies : getCookies().values()) {
			for (HttpCookie cookie : cookies) {
				header.append(header.isEmpty() ? "" : "; ").append(cookie);
			}
		}
		if (!header.isEmpty()) {
			getHeaders().add(HttpHeaders.COOKIE, header.toString());
		}
	}

	@Override
	public HttpMethod getMethod() {
		return this.method;
	}

	@Override
	public URI getURI() {
		return this.uri;
	}

	@Override
	public DataBufferFactory bufferFactory() {
		return DefaultDataBufferFactory.sharedInstance;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> T getNativeRequest() {
		return (T) this;
	}

}
