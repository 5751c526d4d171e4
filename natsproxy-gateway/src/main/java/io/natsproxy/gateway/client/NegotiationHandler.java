package io.natsproxy.gateway.client;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/**
 * Waits for TLS to tell which version of HTTP a client speaks. Stands behind the handler
 * of Reactor Netty that builds the pipeline upon the same event.
 */
final class NegotiationHandler extends ChannelInboundHandlerAdapter {

	private final Runnable negotiated;

	NegotiationHandler(Runnable negotiated) {
		this.negotiated = negotiated;
	}

	@Override
	public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
		if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
			this.negotiated.run();
			ctx.fireUserEventTriggered(event);
			ctx.pipeline().remove(this);
		}
		else {
			ctx.fireUserEventTriggered(event);
		}
	}

}
