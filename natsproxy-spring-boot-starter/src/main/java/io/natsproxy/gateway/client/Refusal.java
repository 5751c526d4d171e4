package io.natsproxy.gateway.client;

import java.nio.charset.StandardCharsets;

import io.natsproxy.core.wire.Problem;
import io.natsproxy.gateway.RefusalReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

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
	 */
	FullHttpResponse toResponse() {
		byte[] body = body();
		FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
				HttpResponseStatus.valueOf(this.status), Unpooled.wrappedBuffer(body));
		response.headers()
			.set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
			.set(HttpHeaderNames.CONTENT_LENGTH, body.length)
			.set(HttpDate.NAME, HttpDate.now());
		return response;
	}

	/**
	 * Returns the answer as the last bytes on a connection of HTTP/1.1.
	 * @param bodiless whether only the head is due, as for HEAD
	 */
	ByteBuf toLastMessage(boolean bodiless) {
		byte[] body = body();
		String head = "HTTP/1.1 " + HttpResponseStatus.valueOf(this.status) + "\r\nContent-Type: " + Problem.MEDIA_TYPE
				+ "\r\nContent-Length: " + body.length + "\r\nDate: " + HttpDate.now()
				+ "\r\nConnection: close\r\n\r\n";
		ByteBuf bytes = Unpooled.copiedBuffer(head, StandardCharsets.US_ASCII);
		return bodiless ? bytes : Unpooled.wrappedBuffer(bytes, Unpooled.wrappedBuffer(body));
	}

}
