package io.natsproxy.gateway.websocket;

import java.util.concurrent.TimeUnit;

import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.gateway.access.ClientAccess;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.PromiseNotifier;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection as RFC 6455, section 7.1.1, asks of a server: after its close frame
 * it waits for that of the client, and reads and drops what comes before. Closed at once,
 * a connection on which the client is still sending is reset, and the close frame may be
 * lost with it. Each side sends one close frame, and nothing behind it.
 *
 * <p>
 * A client that closes, or that breaks the protocol, is answered at once. The session
 * learns of it behind what has come before, however long the service takes for that:
 * Reactor Netty would drop what waits.
 */
final class CloseHandshakeHandler extends ChannelDuplexHandler {

	/**
	 * Time that a client has to answer, in seconds.
	 */
	private static final int WAIT = 5;

	private final ClientMessages messages;

	private long count;

	private boolean sent;

	private boolean received;

	/**
	 * Tells whether no close frame can be read, because the frames of the client cannot.
	 */
	private boolean unreadable;

	private @Nullable ChannelPromise closing;

	/**
	 * Tells whether the connection is being closed without the session having asked for
	 * it.
	 */
	private boolean unasked;

	/**
	 * Creates the handler.
	 * @param messages is told of the end of what the client sends
	 */
	CloseHandshakeHandler(ClientMessages messages) {
		this.messages = messages;
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (this.sent && message instanceof WebSocketFrame) {
			ReferenceCountUtil.release(message);
			promise.trySuccess();
			return;
		}
		this.sent |= message instanceof CloseWebSocketFrame;
		ctx.write(message, promise);
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		this.received |= message instanceof CloseWebSocketFrame;
		ChannelPromise closing = this.closing;
		if (closing != null) {
			ReferenceCountUtil.release(message);
			if (this.received) {
				finish(ctx, closing);
			}
		}
		else if (message instanceof WebSocketFrame frame && frame.rsv() != 0) {
			frame.release();
			// No extension has claimed them (RFC 6455, section 5.2).
			fail(ctx, new WebSocketClose(1002, "Reserved bits are set"));
		}
		else if (message instanceof CloseWebSocketFrame close) {
			end(ctx, status(close), close);
		}
		else {
			this.count++;
			ctx.fireChannelRead(message);
		}
	}

	private static WebSocketClose status(CloseWebSocketFrame frame) {
		return (frame.statusCode() > 0) ? new WebSocketClose(frame.statusCode(), frame.reasonText())
				: WebSocketClose.NO_STATUS;
	}

	/**
	 * Answers what breaks the protocol. When the connection ends already, nobody else
	 * need know.
	 */
	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
		WebSocketClose status = ClientBreachException.status(failure);
		ChannelPromise closing = this.closing;
		this.unreadable |= failure instanceof CorruptedWebSocketFrameException;
		if (closing != null) {
			if (status == null) {
				finish(ctx, closing);
			}
			else if (this.unreadable) {
				shutdownOutput(ctx);
			}
		}
		else if (status != null) {
			fail(ctx, status);
		}
		else {
			ctx.fireExceptionCaught(failure);
		}
	}

	private void fail(ChannelHandlerContext ctx, WebSocketClose status) {
		end(ctx, status, new CloseWebSocketFrame(status.code(), status.reason()));
	}

	private void end(ChannelHandlerContext ctx, WebSocketClose status, CloseWebSocketFrame answer) {
		this.unasked = true;
		ClientAccess.closed(ctx.channel(), status.code());
		await(ctx, ctx.newPromise());
		ChannelPromise written = ctx.newPromise().addListener((future) -> answered(ctx));
		write(ctx, answer, written);
		ctx.flush();
		this.messages.end(status, this.count);
	}

	private void answered(ChannelHandlerContext ctx) {
		ChannelPromise closing = this.closing;
		if (closing != null && this.received) {
			finish(ctx, closing);
		}
		else if (this.unreadable) {
			shutdownOutput(ctx);
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
		ChannelPromise closing = this.closing;
		if (closing == null) {
			if (!this.sent || this.received || !ctx.channel().isActive()) {
				finish(ctx, promise);
			}
			else {
				await(ctx, promise);
			}
		}
		else if (this.unasked) {
			this.unasked = false;
			PromiseNotifier.cascade(closing, promise);
		}
		else {
			// Somebody is in a hurry.
			finish(ctx, closing);
			ctx.close(promise);
		}
	}

	private void await(ChannelHandlerContext ctx, ChannelPromise promise) {
		this.closing = promise;
		Future<?> timeout = ctx.executor().schedule(() -> finish(ctx, promise), WAIT, TimeUnit.SECONDS);
		ctx.channel().closeFuture().addListener((future) -> timeout.cancel(false));
		ctx.read();
	}

	/**
	 * Tells a client whose close frame could not be read that nothing more comes, so that
	 * it ends the connection.
	 */
	private static void shutdownOutput(ChannelHandlerContext ctx) {
		SslHandler ssl = ctx.pipeline().get(SslHandler.class);
		if (ssl != null) {
			ssl.closeOutbound();
		}
		else if (ctx.channel() instanceof DuplexChannel channel) {
			channel.shutdownOutput();
		}
	}

	@Override
	public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
		if (event instanceof ChannelInputShutdownEvent) {
			// Half a connection is none.
			ctx.close();
		}
		ctx.fireUserEventTriggered(event);
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
