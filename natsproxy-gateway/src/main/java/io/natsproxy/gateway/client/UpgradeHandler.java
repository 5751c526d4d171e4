package io.natsproxy.gateway.client;

import java.util.Base64;
import java.util.Iterator;

import io.natsproxy.gateway.headers.HostHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Settings;
import org.jspecify.annotations.Nullable;

/**
 * Ignores the wish of a client to change to HTTP/2 where its request has a body, which a
 * server may (RFC 9110, section 7.8): Netty would collect the body to make the first
 * stream of it, and refuses what is longer than nothing. So does it ignore a wish that
 * comes while an earlier request is not answered, whose response it would cut off, one of
 * another version than HTTP/1.1 or without exactly one well-formed host, which would not
 * be seen any more in the stream, and one whose settings cannot be read (RFC 7540,
 * section 3.2.1), of which Netty would write a stack trace. What is no such wish goes
 * past the handler of Netty as well, and so does a target of another form than most,
 * whose host Netty would take from the field.
 */
final class UpgradeHandler extends ChannelDuplexHandler {

	/**
	 * The length of a setting in octets (RFC 7540, section 6.5.1).
	 */
	private static final int SETTING_LENGTH = 6;

	/**
	 * The handler of Netty, where what is being read goes past it.
	 */
	private @Nullable ChannelHandlerContext passed;

	/**
	 * Number of requests that have not been answered.
	 */
	private int open;

	/**
	 * Tells whether what is being written answers a request: not so for a status like
	 * 100.
	 */
	private boolean answering;

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (!(message instanceof HttpObject)) {
			// The client speaks HTTP/2 from now on.
			ctx.fireChannelRead(message);
			ctx.pipeline().remove(this);
			return;
		}
		if (message instanceof HttpRequest request) {
			this.passed = isIgnored(request) ? ctx.pipeline().context(HttpServerUpgradeHandler.class) : null;
			this.open++;
		}
		ChannelHandlerContext passed = this.passed;
		if (message instanceof LastHttpContent) {
			this.passed = null;
		}
		((passed != null) ? passed : ctx).fireChannelRead(message);
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (message instanceof HttpResponse response) {
			this.answering = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
		}
		if (this.answering && message instanceof LastHttpContent) {
			this.answering = false;
			this.open--;
		}
		ctx.write(message, promise);
	}

	private boolean isIgnored(HttpRequest request) {
		HttpHeaders headers = request.headers();
		if (!headers.contains(HttpHeaderNames.UPGRADE)) {
			return false;
		}
		return this.open > 0
				|| !headers.containsValue(HttpHeaderNames.UPGRADE, Http2CodecUtil.HTTP_UPGRADE_PROTOCOL_NAME, true)
				|| !request.decoderResult().isSuccess() || !request.protocolVersion().equals(HttpVersion.HTTP_1_1)
				|| hasBody(headers) || !request.uri().startsWith("/") || !hasHost(headers) || !hasSettings(headers);
	}

	private static boolean hasBody(HttpHeaders headers) {
		String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
		return headers.contains(HttpHeaderNames.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
	}

	private static boolean hasHost(HttpHeaders headers) {
		String host = single(headers, HttpHeaderNames.HOST);
		return host != null && HostHeader.isValid(host);
	}

	private static boolean hasSettings(HttpHeaders headers) {
		String settings = single(headers, Http2CodecUtil.HTTP_UPGRADE_SETTINGS_HEADER);
		return settings != null && !settings.isEmpty() && isSettings(settings);
	}

	private static boolean isSettings(String value) {
		try {
			ByteBuf payload = Unpooled.wrappedBuffer(Base64.getUrlDecoder().decode(value));
			if (payload.readableBytes() % SETTING_LENGTH != 0
					|| payload.readableBytes() > Http2CodecUtil.DEFAULT_MAX_FRAME_SIZE) {
				return false;
			}
			Http2Settings settings = new Http2Settings();
			while (payload.isReadable()) {
				settings.put((char) payload.readUnsignedShort(), Long.valueOf(payload.readUnsignedInt()));
			}
			return true;
		}
		catch (IllegalArgumentException ex) {
			// It is no base64url, or a value is out of its range.
			return false;
		}
	}

	private static @Nullable String single(HttpHeaders headers, CharSequence name) {
		Iterator<String> values = headers.valueStringIterator(name);
		String value = values.hasNext() ? values.next() : null;
		return values.hasNext() ? null : value;
	}

}
