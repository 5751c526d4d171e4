package io.natsproxy.gateway.websocket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Answers the pings of a client as soon as they are read. Of those that come while the
 * client takes nothing, only the newest is answered (RFC 6455, section 5.5.3).
 */
final class PongHandler extends ChannelInboundHandlerAdapter {

	private @Nullable PongWebSocketFrame waiting;

	private boolean written;

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (message instanceof PingWebSocketFrame ping) {
			PongWebSocketFrame pong = new PongWebSocketFrame(ping.content().retainedDuplicate());
			if (ctx.channel().isWritable()) {
				ctx.write(pong);
				this.written = true;
			}
			else {
				ReferenceCountUtil.release(this.waiting);
				this.waiting = pong;
			}
		}
		ctx.fireChannelRead(message);
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		if (this.written) {
			this.written = false;
			ctx.flush();
		}
		ctx.fireChannelReadComplete();
	}

	@Override
	public void channelWritabilityChanged(ChannelHandlerContext ctx) {
		PongWebSocketFrame pong = this.waiting;
		if (pong != null && ctx.channel().isWritable()) {
			this.waiting = null;
			ctx.writeAndFlush(pong);
		}
		ctx.fireChannelWritabilityChanged();
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		ReferenceCountUtil.release(this.waiting);
		this.waiting = null;
	}

}
