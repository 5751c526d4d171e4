package io.natsproxy.gateway.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Gives each response of a server its {@code Date} where nothing else of this package
 * looks at its connections.
 */
@ChannelHandler.Sharable
public final class DateHandler extends ChannelOutboundHandlerAdapter {

	private static final String NAME = "natsproxy.date";

	/**
	 * Adds the handler to a server.
	 * @param server the server
	 * @return the server with it
	 */
	public HttpServer applyTo(HttpServer server) {
		return server.doOnConnection((connection) -> addTo(connection.channel()));
	}

	/**
	 * Prepares a request of HTTP/1.1, or a stream of HTTP/2.
	 */
	private void addTo(Channel channel) {
		if (channel.pipeline().get(NAME) == null) {
			channel.pipeline().addBefore(NettyPipeline.ReactiveBridge, NAME, this);
		}
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (message instanceof HttpResponse response) {
			HttpDate.addTo(response.headers());
		}
		ctx.write(message, promise);
	}

}
