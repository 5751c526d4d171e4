package io.natsproxy.gateway.socket;

import java.util.concurrent.TimeUnit;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection as RFC 6455, section 7.1.1, asks of a server: after its close frame
 * it waits for that of the client, and reads and drops what comes before. Closed at once,
 * a connection on which the client is still sending is reset, and the close frame may be
 * lost with it. Each side sends one close frame.
 */
final class CloseHandshakeHandler extends ChannelDuplexHandler {

	/**
	 * How long a client has to answer, in seconds.
	 */
	private static final int WAIT = 5;

	private boolean sent;

	private boolean received;

	private @Nullable ChannelPromise closing;

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (message instanceof CloseWebSocketFrame) {
			if (this.sent) {
				ReferenceCountUtil.release(message);
				promise.setSuccess();
				return;
			}
			this.sent = true;
		}
		ctx.write(message, promise);
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (message instanceof CloseWebSocketFrame) {
			this.received = true;
		}
		boolean reserved = message instanceof WebSocketFrame frame && frame.rsv() != 0;
		if (this.closing == null && !reserved) {
			ctx.fireChannelRead(message);
			return;
		}
		ReferenceCountUtil.release(message);
		if (this.closing == null) {
			// No extension has claimed them (RFC 6455, section 5.2).
			ctx.fireExceptionCaught(
					new CorruptedWebSocketFrameException(WebSocketCloseStatus.PROTOCOL_ERROR, "Reserved bits are set"));
			return;
		}
		if (this.received) {
			finish(ctx, this.closing);
		}
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		ctx.fireChannelReadComplete();
		if (this.closing != null) {
			ctx.read();
		}
	}

	@Override
	public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
		if (!this.sent || this.received || !ctx.channel().isActive()) {
			finish(ctx, promise);
		}
		else if (this.closing == null) {
			this.closing = promise;
			ctx.executor().schedule(() -> finish(ctx, promise), WAIT, TimeUnit.SECONDS);
			ctx.read();
		}
		else {
			// Somebody is in a hurry.
			finish(ctx, this.closing);
			ctx.close(promise);
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		if (this.closing != null) {
			finish(ctx, this.closing);
		}
		ctx.fireChannelInactive();
	}

	private static void finish(ChannelHandlerContext ctx, ChannelPromise promise) {
		if (!promise.isDone()) {
			ctx.close(promise);
		}
	}

}
