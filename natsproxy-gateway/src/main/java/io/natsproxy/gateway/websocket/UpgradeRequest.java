package io.natsproxy.gateway.websocket;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

/**
 * A handshake as Reactor Netty has read it, which looks at the first line of a header
 * field only, and at each element of a list as if it were the whole.
 */
final class UpgradeRequest {

	private static final String UPGRADE = "Upgrade";

	private static final String SUB_PROTOCOL = "Sec-WebSocket-Protocol";

	private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

	private static final String DEFLATE = "permessage-deflate";

	/**
	 * Parameters at which Netty fails: a window that is no number.
	 */
	private static final Pattern MALFORMED = Pattern.compile(
			"server_max_window_bits|(client|server)_max_window_bits=(?!\"?[0-9]{1,2}\"?$).*", Pattern.CASE_INSENSITIVE);

	private final @Nullable HttpServerRequest request;

	UpgradeRequest(ServerHttpRequest request) {
		boolean hasNative = request instanceof AbstractServerHttpRequest
				|| request instanceof ServerHttpRequestDecorator;
		this.request = (hasNative
				&& ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServerRequest server) ? server
						: null;
	}

	/**
	 * Whether the client speaks a version of HTTP that has upgrades (RFC 6455, section
	 * 4.1).
	 */
	boolean isHttp11() {
		return this.request == null || this.request.version().compareTo(HttpVersion.HTTP_1_1) >= 0;
	}

	/**
	 * Makes of lists what is read as the client has meant them.
	 */
	void normalize() {
		if (this.request == null) {
			return;
		}
		HttpHeaders headers = this.request.requestHeaders();
		headers.set(UPGRADE, HttpHeaderValues.WEBSOCKET);
		List<String> subProtocols = headers.getAll(SUB_PROTOCOL);
		if (subProtocols.size() > 1) {
			headers.set(SUB_PROTOCOL, String.join(", ", subProtocols));
		}
		List<String> extensions = headers.getAll(EXTENSIONS);
		if (!extensions.isEmpty()) {
			String offers = deflate(String.join(",", extensions));
			headers.set(EXTENSIONS, offers);
		}
	}

	/**
	 * Returns the offers of RFC 7692 that can be read. Netty would agree upon the
	 * compression of single frames, too, which is an older draft.
	 */
	private static String deflate(String offers) {
		return Stream.of(offers.split(","))
			.map(String::trim)
			.filter(UpgradeRequest::isDeflate)
			.collect(Collectors.joining(","));
	}

	private static boolean isDeflate(String offer) {
		String[] parts = offer.split(";", -1);
		return parts[0].trim().equals(DEFLATE)
				&& Stream.of(parts).skip(1).map(String::trim).noneMatch(MALFORMED.asMatchPredicate());
	}

}
