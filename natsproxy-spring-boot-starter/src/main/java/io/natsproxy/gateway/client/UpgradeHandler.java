package io.natsproxy.gateway.client;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2CodecUtil;
import org.jspecify.annotations.Nullable;

/**
 * Ignores the wish of a client to change to HTTP/2 where its request has a body, which a
 * server may (RFC 9110, section 7.8): Netty would collect the body to make the first
 * stream of it, and refuses what is longer than nothing. So does it ignore a wish that
 * comes while an earlier request is not answered, whose response it would cut off. What
 * is no such wish goes past the handler of Netty as well, and so does a target of another
 * form than most, whose host Netty would take from the field.
 */
final class UpgradeHandler extends ChannelInboundHandlerAdapter {

	/**
	 * The handler of Netty, where what is being read goes past it.
	 */
	private @Nullable ChannelHandlerContext passed;

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (!(message instanceof HttpObject)) {
			// The client speaks HTTP/2 from now on.
			ctx.fireChannelRead(message);
			ctx.pipeline().remove(this);
			return;
		}
		if (message instanceof HttpRequest request) {
			this.passed = isIgnored(ctx, request) ? ctx.pipeline().context(HttpServerUpgradeHandler.class) : null;
		}
		ChannelHandlerContext passed = this.passed;
		if (message instanceof LastHttpContent) {
			this.passed = null;
		}
		((passed != null) ? passed : ctx).fireChannelRead(message);
	}

	private static boolean isIgnored(ChannelHandlerContext ctx, HttpRequest request) {
		HttpHeaders headers = request.headers();
		if (!headers.contains(HttpHeaderNames.UPGRADE)) {
			return false;
		}
		MessageHandler messages = ctx.pipeline().get(MessageHandler.class);
		return !headers.containsValue(HttpHeaderNames.UPGRADE, Http2CodecUtil.HTTP_UPGRADE_PROTOCOL_NAME, true)
				|| hasBody(headers) || !request.uri().startsWith("/") || (messages != null && messages.isAnswering());
	}

	private static boolean hasBody(HttpHeaders headers) {
		String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
		return headers.contains(HttpHeaderNames.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
	}

}
