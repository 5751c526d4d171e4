package io.natsproxy.gateway.shutdown;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Says {@code Connection: close} with the next response, upon which Reactor Netty closes
 * the connection, or closes it itself after a response whose head has been sent already.
 */
final class LastResponseHandler extends ChannelOutboundHandlerAdapter {

	private boolean told;

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		// A status like 100 is no response yet, and 101 makes it another protocol.
		if (message instanceof HttpResponse response
				&& response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
			response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
			this.told = true;
		}
		ChannelPromise written = promise;
		if (message instanceof LastHttpContent && !this.told) {
			written = promise.unvoid();
			written.addListener((future) -> OrderlyClose.of(ctx.channel()));
		}
		ctx.write(message, written);
	}

}
