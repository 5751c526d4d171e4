package io.natsproxy.gateway;

import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.channel.ChannelOperations;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;

/**
 * The form of a request that a filter of the gateway has read ({@code getFormData()}), as
 * a CSRF filter does and one for hidden methods: the body is gone then, and nothing tells
 * who reads it next.
 */
final class ReadForm {

	/**
	 * Longest body that a filter has kept, in bytes.
	 */
	private static final int MAX_KEPT = 1024 * 1024;

	private ReadForm() {
	}

	/**
	 * Returns whether the body of a request is a form, and has been read.
	 * @param request the request as the filters have left it
	 * @param fields its header fields
	 * @return whether it has to be encoded again
	 */
	static boolean isRead(ServerHttpRequest request, FieldList fields) {
		String contentType = fields.first(HttpHeaders.CONTENT_TYPE);
		ReceivedBody received = (contentType != null && isForm(contentType)) ? ReceivedBody.of(request) : null;
		return received != null && received.length() > 0
				&& ServerHttpRequestDecorator.getNativeRequest(request) instanceof ChannelOperations<?, ?> operations
				&& operations.isInboundDisposed();
	}

	private static boolean isForm(String contentType) {
		String form = MediaType.APPLICATION_FORM_URLENCODED_VALUE;
		return contentType.regionMatches(true, 0, form, 0, form.length());
	}

	/**
	 * Returns the body: what a filter has kept of it, or the form encoded again.
	 * @param exchange the exchange with the client
	 * @return the body, empty for a form without a field; fails with a
	 * {@link LostBodyException} if nobody has it
	 */
	static Mono<byte[]> body(ServerWebExchange exchange) {
		ReceivedBody received = ReceivedBody.of(exchange.getRequest());
		if (received != null && received.isWhole() && received.isEmptyForm()) {
			return Mono.just(new byte[0]);
		}
		return DataBufferUtils.join(exchange.getRequest().getBody(), MAX_KEPT)
			.map(ReadForm::bytes)
			.filter((kept) -> kept.length > 0)
			.switchIfEmpty(Mono.defer(exchange::getFormData)
				.map((form) -> encode(form, charset(exchange.getRequest())))
				.filter((encoded) -> encoded.length > 0))
			.switchIfEmpty(Mono
				.error(() -> new LostBodyException("A filter of the gateway has read the body of a form otherwise than "
						+ "by ServerWebExchange.getFormData()")));
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	/**
	 * The charset by which the form has been read.
	 */
	private static Charset charset(ServerHttpRequest request) {
		try {
			MediaType contentType = request.getHeaders().getContentType();
			return (contentType != null) ? Objects.requireNonNullElse(contentType.getCharset(), StandardCharsets.UTF_8)
					: StandardCharsets.UTF_8;
		}
		catch (InvalidMediaTypeException ex) {
			return StandardCharsets.UTF_8;
		}
	}

	private static byte[] encode(MultiValueMap<String, String> form, Charset charset) {
		StringBuilder encoded = new StringBuilder();
		form.forEach((name, values) -> {
			for (@Nullable
			String value : values) {
				encoded.append(encoded.isEmpty() ? "" : "&").append(URLEncoder.encode(name, charset));
				if (value != null) {
					encoded.append('=').append(URLEncoder.encode(value, charset));
				}
			}
		});
		return encoded.toString().getBytes(StandardCharsets.US_ASCII);
	}

}
