package io.natsproxy.gateway.client;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

import io.natsproxy.core.wire.Problem;
import io.natsproxy.gateway.RefusalReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

import org.springframework.http.HttpHeaders;

/**
 * The answer to what is no request that anybody could be asked to handle.
 *
 * @param reason why, for the metric
 * @param status the HTTP status
 * @param detail what was wrong, fit to be shown to the client
 */
record Refusal(RefusalReason reason, int status, String detail) {

	static Refusal malformed(String detail) {
		return new Refusal(RefusalReason.MALFORMED, 400, detail);
	}

	/**
	 * Returns the body of the answer (RFC 9457).
	 */
	byte[] body() {
		return Problem.of(this.status, this.detail).toJson();
	}

	/**
	 * Returns the answer to a request of HTTP/1.1.
	 * @param fieldRules changes its fields last
	 */
	FullHttpResponse toResponse(Consumer<HttpHeaders> fieldRules) {
		byte[] body = body();
		FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
				HttpResponseStatus.valueOf(this.status), Unpooled.wrappedBuffer(body));
		fields(body, fieldRules).forEach(response.headers()::set);
		return response;
	}

	/**
	 * Returns the answer as the last bytes on a connection of HTTP/1.1.
	 * @param bodiless whether only the head is due, as for HEAD
	 * @param fieldRules changes its fields last
	 */
	ByteBuf toLastMessage(boolean bodiless, Consumer<HttpHeaders> fieldRules) {
		byte[] body = body();
		HttpHeaders fields = fields(body, fieldRules);
		fields.setConnection("close");
		StringBuilder head = new StringBuilder("HTTP/1.1 ").append(HttpResponseStatus.valueOf(this.status))
			.append("\r\n");
		fields.forEach((name, values) -> values
			.forEach((value) -> head.append(name).append(": ").append(value).append("\r\n")));
		ByteBuf bytes = Unpooled.copiedBuffer(head.append("\r\n"), StandardCharsets.ISO_8859_1);
		return bodiless ? bytes : Unpooled.wrappedBuffer(bytes, Unpooled.wrappedBuffer(body));
	}

	private static HttpHeaders fields(byte[] body, Consumer<HttpHeaders> fieldRules) {
		HttpHeaders fields = new HttpHeaders();
		fields.set(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
		fields.setContentLength(body.length);
		fields.set(HttpHeaders.DATE, HttpDate.now().toString());
		fieldRules.accept(fields);
		return fields;
	}

}
