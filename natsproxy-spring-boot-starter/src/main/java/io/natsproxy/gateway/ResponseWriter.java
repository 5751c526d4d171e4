package io.natsproxy.gateway;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.natsproxy.core.exchange.BodyStream;
import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.gateway.hook.GatewayResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * Writes a response to the HTTP client, framed by its real length (RFC 9112, section 6):
 * never by what a service says about it.
 */
final class ResponseWriter {

	private static final List<Integer> WITHOUT_BODY = List.of(204, 205, 304);

	/**
	 * Writes a response.
	 * @return completes when it has been written; a body that breaks off, or is not of
	 * the length that was announced, is an error, upon which the server closes the
	 * connection
	 */
	Mono<Void> write(ServerWebExchange exchange, GatewayResponse source) {
		ServerHttpResponse response = exchange.getResponse();
		int status = source.getStatus().value();
		HttpHeaders headers = writeHead(response, source);
		BodyStream stream = source.getStream();
		if (exchange.getRequest().getMethod() == HttpMethod.HEAD || WITHOUT_BODY.contains(status)) {
			source.discard();
			return (stream != null) ? absentBody(response, status, 0)
					: source.readBody().flatMap((body) -> absentBody(response, status, body.length));
		}
		if (stream != null) {
			return response.writeAndFlushWith(frames(stream, announcedLength(headers), response.bufferFactory()));
		}
		return source.readBody().flatMap((body) -> {
			headers.setContentLength(body.length);
			return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
		});
	}

	private static HttpHeaders writeHead(ServerHttpResponse response, GatewayResponse source) {
		response.setStatusCode(source.getStatus());
		HttpHeaders headers = response.getHeaders();
		source.getHeaders().forEach((name, values) -> {
			if (isAdded(name)) {
				headers.addAll(name, values);
			}
			else {
				headers.put(name, values);
			}
		});
		return headers;
	}

	/**
	 * Frames as groups of their own: the server takes one when it has written the one
	 * before, which is when the service may send more.
	 */
	private static Flux<Mono<DataBuffer>> frames(BodyStream stream, long length, DataBufferFactory bufferFactory) {
		Flux<byte[]> frames = (length < 0) ? stream.frames() : ofLength(stream.frames(), length);
		return frames.map((frame) -> Mono.fromSupplier(() -> {
			stream.consumed(frame.length);
			return bufferFactory.wrap(frame);
		}));
	}

	private static Flux<byte[]> ofLength(Flux<byte[]> frames, long length) {
		AtomicLong left = new AtomicLong(length);
		Mono<byte[]> end = Mono.defer(() -> (left.get() == 0) ? Mono.empty() : Mono.error(wrongLength(length)));
		return frames.<byte[]>handle((frame, sink) -> {
			if (left.addAndGet(-frame.length) < 0) {
				sink.error(wrongLength(length));
			}
			else {
				sink.next(frame);
			}
		}).concatWith(end);
	}

	private static NatsExchangeException wrongLength(long length) {
		return new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
				"The service did not send the " + length + " bytes that it has announced");
	}

	/**
	 * Takes the length that a service announces, if it is one.
	 * @return the length, or -1
	 */
	private static long announcedLength(HttpHeaders headers) {
		List<String> values = headers.getOrEmpty(HttpHeaders.CONTENT_LENGTH);
		if (isLength(values)) {
			return Long.parseLong(values.get(0));
		}
		headers.remove(HttpHeaders.CONTENT_LENGTH);
		return -1;
	}

	/**
	 * Whether the values of a service stand beside those of the gateway's own filters.
	 */
	private static boolean isAdded(String name) {
		return name.equalsIgnoreCase(HttpHeaders.SET_COOKIE) || name.equalsIgnoreCase(HttpHeaders.VARY);
	}

	/**
	 * RFC 9110, section 8.6: 204 has no length, HEAD and 304 may tell that of the body
	 * which GET would have had.
	 */
	private static Mono<Void> absentBody(ServerHttpResponse response, int status, int bodyLength) {
		HttpHeaders headers = response.getHeaders();
		if (status == 204) {
			headers.remove(HttpHeaders.CONTENT_LENGTH);
		}
		else if (status == 205) {
			headers.setContentLength(0);
		}
		else if (announcedLength(headers) < 0 && bodyLength > 0) {
			headers.setContentLength(bodyLength);
		}
		return response.setComplete();
	}

	private static boolean isLength(List<String> values) {
		return values.size() == 1 && values.get(0).length() <= 18 && !values.get(0).isEmpty()
				&& values.get(0).chars().allMatch((c) -> c >= '0' && c <= '9');
	}

}
