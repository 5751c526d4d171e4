package io.natsproxy.gateway.client;

import java.io.IOException;

import io.natsproxy.gateway.RefusalReason;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * The handler of a client's connection next to its socket: closes it when nothing comes
 * that is due, or nothing is taken, and ends it in such a way that the client can read
 * what it was told last (RFC 9112, section 9.6). What is due follows from its
 * {@link ConnectionPhase}.
 */
final class ConnectionHandler extends ChannelDuplexHandler implements LoopClock.Member {

	private final ClientLimits limits;

	private final ClientRefusals refusals;

	private final LoopClock clock;

	private final OutgoingBytes outgoing;

	private final UnreadRest rest;

	private final ConnectionState state;

	private @Nullable MessageHandler messages;

	private @Nullable ChannelHandlerContext ctx;

	ConnectionHandler(ClientLimits limits, ClientRefusals refusals, LoopClock clock) {
		this.limits = limits;
		this.refusals = refusals;
		this.clock = clock;
		this.state = new ConnectionState(limits);
		this.outgoing = new OutgoingBytes(limits);
		this.rest = new UnreadRest(limits, refusals);
	}

	/**
	 * Sets the handler of the requests of HTTP/1.1 on this connection.
	 */
	void messages(@Nullable MessageHandler messages) {
		this.messages = messages;
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.ctx = ctx;
		this.clock.add(this);
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		this.clock.remove(this);
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.clock.remove(this);
		ctx.fireChannelInactive();
	}

	/**
	 * Returns the state of the connection, for the handlers of its requests.
	 */
	ConnectionState state() {
		return this.state;
	}

	/**
	 * Ends the exchange of the last request, which has been answered.
	 */
	void answered() {
		this.rest.restart();
		this.state.answered();
		if (this.state.isInputEnded()) {
			// What has been written is flushed by whoever writes it, first.
			channel().eventLoop().execute(this::closeWhenFlushed);
		}
	}

	private void closeWhenFlushed() {
		ChannelHandlerContext ctx = this.ctx;
		if (ctx != null && ctx.channel().isActive()) {
			ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
		}
	}

	/**
	 * Counts what has come of a body that has been answered.
	 */
	void unread(int bytes) {
		if (this.rest.isTooMuchWith(bytes)) {
			stopReading();
		}
	}

	private void stopReading() {
		if (this.state.stopReading()) {
			this.rest.report(channel());
			// What has been written before is to reach the client.
			channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
		}
	}

	private Channel channel() {
		ChannelHandlerContext ctx = this.ctx;
		if (ctx == null) {
			throw new IllegalStateException("Not added to a pipeline");
		}
		return ctx.channel();
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (this.state.isLingering()) {
			this.rest.drop(ctx.channel(), message);
			return;
		}
		this.state.bytesReceived();
		ctx.fireChannelRead(message);
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		ctx.fireChannelReadComplete();
		if (this.state.isLingering()) {
			ctx.read();
		}
	}

	/**
	 * Reads on, unless the client has ended its sending side: nothing is there to be read
	 * then, and the epoll transport of Netty fails to look for it.
	 */
	@Override
	public void read(ChannelHandlerContext ctx) {
		if (!this.state.isInputEnded()) {
			ctx.read();
		}
	}

	/**
	 * The end of the client's sending side.
	 */
	@Override
	public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
		// First to the decoder, which gives out what it has.
		ctx.fireUserEventTriggered(event);
		if (event != ChannelInputShutdownEvent.INSTANCE || this.state.isInputEnded()) {
			return;
		}
		boolean whole = this.state.inputEnded();
		MessageHandler messages = this.messages;
		if (messages == null || this.state.isLingering() || ctx.pipeline().get(SslHandler.class) != null) {
			ctx.close();
		}
		else if (messages.inputEnded(whole)) {
			new HalfClosedClient(ctx, this.outgoing, this.limits, messages.exchanges().isLastAnnounced(),
					this::awaitsHead)
				.watch();
		}
		else {
			closeWhenFlushed();
		}
	}

	private boolean awaitsHead() {
		MessageHandler messages = this.messages;
		return messages != null && !messages.exchanges().isResponding();
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		this.outgoing.write(ctx, message, promise);
	}

	/**
	 * Ends the output, and leaves the client some time to notice. What is closed while
	 * something is there to be read is reset, and what was written last may be lost with
	 * it.
	 */
	@Override
	public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
		if (lingers(ctx.channel()) && ctx.channel() instanceof DuplexChannel duplex) {
			this.state.linger();
			duplex.shutdownOutput();
			ctx.read();
		}
		if (this.state.isLingering()) {
			ctx.channel().closeFuture().addListener((future) -> promise.trySuccess());
		}
		else {
			ctx.close(promise);
		}
	}

	private boolean lingers(Channel channel) {
		boolean reset = Integer.valueOf(0).equals(channel.config().getOption(ChannelOption.SO_LINGER));
		return this.state.mustLinger() && !reset && channel.isActive() && OutgoingBytes.pending(channel) == 0;
	}

	/**
	 * Ends the connection without waiting for anything, and forgets what the client has
	 * not taken: it cannot take what has come for the whole.
	 */
	void abort() {
		ChannelHandlerContext ctx = this.ctx;
		if (ctx != null && ctx.channel().isOpen()) {
			ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
			ctx.close();
		}
	}

	/**
	 * A client that has reset its connection is no failure: the end of the connection
	 * follows.
	 */
	@Override
	@SuppressWarnings("deprecation")
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		if (cause instanceof IOException) {
			this.state.gone();
			ctx.close();
		}
		else {
			ctx.fireExceptionCaught(cause);
		}
	}

	@Override
	public void tick(long elapsed) {
		if (this.state.isOverdue(elapsed, OutgoingBytes.pending(channel()) > 0)) {
			switch (this.state.phase()) {
				case WAITING, STREAMS -> channel().close();
				case HEAD -> headTimedOut();
				case UNREAD -> stopReading();
				case LINGERING -> abort();
				case BUSY -> throw new IllegalStateException("A request has no time-out here");
			}
		}
		if (!this.state.isLingering() && this.outgoing.isTooSlow(channel(), elapsed)) {
			this.refusals.refused(RefusalReason.SLOW_RESPONSE, channel(), "it does not take what waits for it");
			abort();
		}
	}

	private void headTimedOut() {
		MessageHandler messages = this.messages;
		if (messages == null || !messages.refuse(new Refusal(RefusalReason.HEAD_TIMEOUT, 408,
				"The head of the request did not come within " + this.limits.headTimeout().toMillis() + " ms"))) {
			this.refusals.refused(RefusalReason.HEAD_TIMEOUT, channel(), "no request has come in time");
			channel().close();
		}
	}

}
