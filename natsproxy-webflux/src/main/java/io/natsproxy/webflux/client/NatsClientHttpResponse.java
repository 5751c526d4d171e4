package io.natsproxy.webflux.client;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.webflux.body.BodyFlux;
import io.netty.handler.codec.http.cookie.ClientCookieDecoder;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.DefaultCookie;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseCookie;
import org.springframework.http.client.reactive.AbstractClientHttpResponse;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/**
 * A response that arrived over NATS.
 */
class NatsClientHttpResponse extends AbstractClientHttpResponse {

	NatsClientHttpResponse(NatsReply reply) {
		this(reply, headers(reply));
	}

	private NatsClientHttpResponse(NatsReply reply, HttpHeaders headers) {
		super(HttpStatusCode.valueOf(reply.head().status()), headers, cookies(headers), body(reply));
	}

	private static HttpHeaders headers(NatsReply reply) {
		HttpHeaders headers = new HttpHeaders();
		reply.head().headers().forEach(headers::addAll);
		return headers;
	}

	private static Flux<DataBuffer> body(NatsReply reply) {
		BodyStream stream = reply.stream();
		Flux<byte[]> chunks = (stream != null) ? stream.consumedFrames() : Flux.just(reply.body());
		return BodyFlux.buffers(chunks.filter((chunk) -> chunk.length > 0), DefaultDataBufferFactory.sharedInstance);
	}

	private static MultiValueMap<String, ResponseCookie> cookies(HttpHeaders headers) {
		MultiValueMap<String, ResponseCookie> cookies = new LinkedMultiValueMap<>();
		for (String header : headers.getOrEmpty(HttpHeaders.SET_COOKIE)) {
			Cookie cookie = ClientCookieDecoder.LAX.decode(header);
			if (cookie != null) {
				cookies.add(cookie.name(), responseCookie(cookie));
			}
		}
		return cookies;
	}

	private static ResponseCookie responseCookie(Cookie cookie) {
		DefaultCookie details = (cookie instanceof DefaultCookie defaultCookie) ? defaultCookie : null;
		return ResponseCookie.fromClientResponse(cookie.name(), cookie.value())
			.domain(cookie.domain())
			.path(cookie.path())
			.maxAge(cookie.maxAge())
			.secure(cookie.isSecure())
			.httpOnly(cookie.isHttpOnly())
			.sameSite(sameSite(details))
			.partitioned(details != null && details.isPartitioned())
			.build();
	}

	private static @Nullable String sameSite(@Nullable DefaultCookie cookie) {
		return (cookie != null && cookie.sameSite() != null) ? cookie.sameSite().name() : null;
	}

}
