package io.natsproxy.agent;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Keeps requests and responses of a connection together: drops interim responses (1xx),
 * which the client would take for final ones, and ends a connection on which something
 * comes that nobody has asked for, lest it be taken for the response to the next request.
 * Counts the requests that have been written. Used by the event loop of the connection.
 */
final class ConnectionGuard extends ChannelDuplexHandler {

	private static final String NAME = "natsproxy.guard";

	private volatile int requests;

	private boolean awaiting;

	private boolean interim;

	/**
	 * Adds a guard to a new connection.
	 * @param before the name of the handler in front of which it stands
	 */
	static void add(Channel channel, String before) {
		channel.pipeline().addBefore(before, NAME, new ConnectionGuard());
	}

	/**
	 * Returns the guard of a connection, which may be closed later.
	 * @return the guard, or {@code null} if the connection is closed already
	 */
	static @Nullable ConnectionGuard of(Channel channel) {
		return channel.pipeline().get(ConnectionGuard.class);
	}

	/**
	 * Returns how many requests have been written to the connection.
	 */
	int requests() {
		return this.requests;
	}

	static boolean isInterim(HttpResponse response) {
		return response.decoderResult().isSuccess() && response.status().codeClass() == HttpStatusClass.INFORMATIONAL
				&& response.status().code() != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
	}

	@Override
	public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
		if (message instanceof HttpRequest) {
			countRequest();
			this.awaiting = true;
		}
		context.write(message, promise);
	}

	@SuppressWarnings("NonAtomicVolatileUpdate")
	private void countRequest() {
		this.requests++;
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		if (!(message instanceof HttpObject)) {
			context.fireChannelRead(message);
			return;
		}
		if (!this.awaiting) {
			ReferenceCountUtil.release(message);
			context.close();
			return;
		}
		if (message instanceof HttpResponse response) {
			this.interim = isInterim(response);
		}
		boolean last = message instanceof LastHttpContent;
		if (this.interim) {
			ReferenceCountUtil.release(message);
			if (last) {
				this.interim = false;
				context.read();
			}
			return;
		}
		if (last) {
			this.awaiting = false;
		}
		context.fireChannelRead(message);
	}

}
