package io.natsproxy.gateway.client;

import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;

/**
 * The word of a client that a request is its last one on a connection (RFC 9112, section
 * 9.6).
 */
final class CloseOption {

	private CloseOption() {
	}

	/**
	 * Makes a request one of a connection that goes on, and keeps what else its
	 * {@code Connection} says.
	 * @param request the request, of HTTP/1.1 or 1.0
	 */
	static void remove(HttpRequest request) {
		HttpHeaders headers = request.headers();
		Stream<String> others = headers.getAll(HttpHeaderNames.CONNECTION)
			.stream()
			.flatMap((value) -> Stream.of(value.split(",")))
			.map(String::trim)
			.filter((option) -> !HttpHeaderValues.CLOSE.contentEqualsIgnoreCase(option));
		headers.set(HttpHeaderNames.CONNECTION,
				Stream.concat(Stream.of(HttpHeaderValues.KEEP_ALIVE), others).collect(Collectors.joining(", ")));
	}

}
