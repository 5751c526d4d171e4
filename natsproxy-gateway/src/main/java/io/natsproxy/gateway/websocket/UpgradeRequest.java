package io.natsproxy.gateway.websocket;

import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.wire.Problem;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

/**
 * A handshake as Reactor Netty has read it, which looks at the first line of a header
 * field only, and at each element of a list as if it were the whole.
 */
final class UpgradeRequest {

	private static final String UPGRADE = "Upgrade";

	private static final String SUPPORTED_VERSION = "13";

	private static final int KEY_LENGTH = 16;

	private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

	private static final String DEFLATE = "permessage-deflate";

	/**
	 * Parameters at which Netty fails: a window that is no number.
	 */
	private static final Pattern MALFORMED = Pattern.compile(
			"server_max_window_bits|(client|server)_max_window_bits=(?!\"?[0-9]{1,2}\"?$).*", Pattern.CASE_INSENSITIVE);

	private final HttpHeaders fields;

	private final @Nullable HttpServerRequest request;

	UpgradeRequest(ServerHttpRequest request) {
		this.fields = request.getHeaders();
		boolean hasNative = request instanceof AbstractServerHttpRequest
				|| request instanceof ServerHttpRequestDecorator;
		this.request = (hasNative
				&& ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServerRequest server) ? server
						: null;
	}

	/**
	 * Returns what is wrong with the handshake (RFC 6455, section 4.2).
	 * @param answered the fields of the answer, to which what is needed to do better is
	 * added
	 * @return the answer, or {@code null} if nothing is wrong
	 */
	@Nullable NatsReply check(HttpHeaders answered) {
		if (!isHttp11()) {
			return malformed("The handshake of a WebSocket needs HTTP/1.1");
		}
		if (!List.of(SUPPORTED_VERSION).equals(this.fields.getValuesAsList(HandshakeFields.VERSION))) {
			answered.set(HandshakeFields.VERSION, SUPPORTED_VERSION);
			return NatsReply.problem(426, Problem.HEADERS, "The version of WebSockets is not " + SUPPORTED_VERSION);
		}
		if (this.fields.getOrEmpty(HandshakeFields.KEY).size() != 1
				|| !isKey(this.fields.getFirst(HandshakeFields.KEY))) {
			return malformed(HandshakeFields.KEY + " is missing or malformed");
		}
		if (this.fields.getContentLength() > 0 || this.fields.containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
			return malformed("The handshake of a WebSocket has no body");
		}
		return null;
	}

	private static NatsReply malformed(String detail) {
		return NatsReply.problem(400, Problem.HEADERS, detail);
	}

	/**
	 * Returns whether the client speaks a version of HTTP that has upgrades (RFC 6455,
	 * section 4.1).
	 */
	private boolean isHttp11() {
		return this.request == null || this.request.version().compareTo(HttpVersion.HTTP_1_1) >= 0;
	}

	private static boolean isKey(@Nullable String key) {
		try {
			return key != null && Base64.getDecoder().decode(key.trim()).length == KEY_LENGTH;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	/**
	 * Makes of lists what is read as the client has meant them.
	 */
	void normalize() {
		if (this.request == null) {
			return;
		}
		io.netty.handler.codec.http.HttpHeaders headers = this.request.requestHeaders();
		headers.set(UPGRADE, HttpHeaderValues.WEBSOCKET);
		List<String> subProtocols = headers.getAll(HandshakeFields.SUB_PROTOCOL);
		if (subProtocols.size() > 1) {
			headers.set(HandshakeFields.SUB_PROTOCOL, String.join(", ", subProtocols));
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
