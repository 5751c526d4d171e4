package io.natsproxy.gateway.shutdown;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

/**
 * Ends a connection as RFC 9112, section 9.6, advises: says that nothing more is sent,
 * and reads on until the client has noticed. What it sends meanwhile is dropped: it has
 * crossed the end of the connection, is not answered, and may be sent again.
 */
final class OrderlyClose extends ChannelInboundHandlerAdapter {

	/**
	 * Time that a client may take to notice.
	 */
	static final Duration PATIENCE = Duration.ofSeconds(1);

	private static final String NAME = "natsproxy.orderlyClose";

	private OrderlyClose() {
	}

	/**
	 * Ends a connection, on its event loop.
	 */
	static void of(Channel channel) {
		if (!channel.isActive() || channel.pipeline().get(OrderlyClose.class) != null) {
			return;
		}
		if (!(channel instanceof DuplexChannel duplex)) {
			channel.close();
			return;
		}
		channel.pipeline().addFirst(NAME, new OrderlyClose());
		channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
		channel.config().setAutoRead(true);
		SslHandler tls = channel.pipeline().get(SslHandler.class);
		if (tls != null) {
			tls.closeOutbound().addListener((future) -> duplex.shutdownOutput());
		}
		else {
			// What has been written may not have been sent yet.
			ChannelHandlerContext ctx = channel.pipeline().context(NAME);
			ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((future) -> duplex.shutdownOutput());
		}
		channel.eventLoop().schedule(() -> channel.close(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		ReferenceCountUtil.release(message);
	}

}
