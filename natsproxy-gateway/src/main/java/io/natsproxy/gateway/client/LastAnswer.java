package io.natsproxy.gateway.client;

import io.natsproxy.gateway.access.ClientAccess;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpServerCodec;

/**
 * The answer to what is no request, with which a connection of HTTP/1.1 ends.
 *
 * @param refusal the answer
 * @param bodiless whether only its head is due, as for HEAD
 */
record LastAnswer(Refusal refusal, boolean bodiless) {

	/**
	 * Writes the answer past the codec, which has nothing to answer where no request
	 * could be read, and closes the connection.
	 */
	void write(ChannelHandlerContext ctx, ClientRefusals refusals) {
		ctx.pipeline()
			.context(HttpServerCodec.class)
			.writeAndFlush(refusals.lastMessage(this.refusal, this.bodiless))
			.addListener((future) -> {
				if (future.isSuccess()) {
					ClientAccess.lastAnswer(ctx.channel(), this.refusal.reason().tag(), this.refusal.status(),
							this.bodiless ? 0 : this.refusal.body().length);
				}
				ctx.channel().close();
			});
	}

}
