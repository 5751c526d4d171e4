package io.natsproxy.gateway.client;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.natsproxy.gateway.RefusalReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.channel.nio.AbstractNioChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a client's connection, next to its socket: closes it when nothing comes
 * that is due, or nothing is taken, and ends it in such a way that the client can read
 * what it was told last (RFC 9112, section 9.6).
 *
 * <pre>
 *   WAITING --- first byte --- HEAD --- head is whole --- BUSY --- answered --- WAITING
 *                                                           |                     |
 *   any --- closed while the client sends --- LINGERING    UNREAD --- rest is read
 * </pre>
 */
final class ConnectionHandler extends ChannelDuplexHandler implements LoopClock.Member {

	/**
	 * What an entry of the outgoing buffer counts for beside its bytes.
	 */
	private static final int ENTRY_OVERHEAD = Integer.getInteger("io.netty.transport.outboundBufferEntrySizeOverhead",
			96);

	private static final String GOES_ON_SENDING = "it goes on sending what has been answered";

	/**
	 * How long a response may pause for a client that has ended its sending side and
	 * announced that: one that has gone looks the same, and what it has begun must end.
	 */
	private static final Duration HALF_CLOSED_SILENCE = Duration.ofSeconds(5);

	private static final Duration HALF_CLOSED_WAIT = Duration.ofSeconds(75);

	private final ClientLimits limits;

	private final ClientRefusals refusals;

	private final LoopClock clock;

	private final Pace responsePace;

	private Phase phase = Phase.WAITING;

	/**
	 * Whether a request has come before.
	 */
	private boolean used;

	/**
	 * How long the phase has lasted, in nanoseconds.
	 */
	private long lasted;

	/**
	 * How many bytes have been written, and how many of a rest that nobody reads.
	 */
	private long written;

	/** Files that are being sent without being read. */
	private int files;

	private long unread;

	/**
	 * Whether the client may be sending when the connection is closed.
	 */
	private boolean sending;

	/**
	 * Whether the client has ended its sending side.
	 */
	private boolean inputEnded;

	/**
	 * How many bytes the client had taken when it was last looked at after that.
	 */
	private long taken;

	private @Nullable MessageHandler messages;

	private @Nullable ChannelHandlerContext ctx;

	ConnectionHandler(ClientLimits limits, ClientRefusals refusals, LoopClock clock) {
		this.limits = limits;
		this.refusals = refusals;
		this.clock = clock;
		this.responsePace = new Pace(limits.minResponseRate(), limits.gracePeriod().toNanos());
	}

	/**
	 * Says who knows about the requests of HTTP/1.1 on this connection.
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

	private void enter(Phase phase) {
		this.phase = phase;
		this.lasted = 0;
	}

	/**
	 * A whole head has come.
	 */
	void headComplete() {
		this.used = true;
		this.sending = true;
		enter(Phase.BUSY);
	}

	/**
	 * The body of the last request has come.
	 */
	void requestComplete() {
		this.sending = false;
		if (this.phase == Phase.UNREAD) {
			enter(Phase.WAITING);
		}
	}

	/**
	 * The last request has been answered.
	 */
	void answered() {
		this.unread = 0;
		enter(this.sending ? Phase.UNREAD : Phase.WAITING);
		if (this.inputEnded) {
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
	 * Something of a body has come that has been answered.
	 */
	void unread(int bytes) {
		this.unread += bytes;
		if (this.unread > this.limits.drainSize()) {
			stopReading();
		}
	}

	private void stopReading() {
		if (this.phase == Phase.UNREAD) {
			this.refusals.refused(RefusalReason.ANSWERED_BODY, channel(), GOES_ON_SENDING);
			enter(Phase.BUSY);
			// What has been written before is to reach the client.
			channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
		}
	}

	/**
	 * The connection is one of HTTP/2.
	 */
	void streams() {
		this.phase = Phase.STREAMS;
	}

	/**
	 * Counts the streams of a connection of HTTP/2, now and then. What else moves on it
	 * does not keep it open.
	 */
	void streams(int active) {
		if (active > 0) {
			this.used = true;
			this.lasted = 0;
		}
	}

	/**
	 * The connection is going to be closed with the client sending.
	 */
	void refusing() {
		this.sending = true;
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
		if (this.phase == Phase.LINGERING) {
			lingered(message);
			return;
		}
		if (this.phase == Phase.WAITING) {
			if (this.used) {
				enter(Phase.HEAD);
			}
			else {
				// The time of the first head counts from when the connection is there.
				this.phase = Phase.HEAD;
			}
		}
		ctx.fireChannelRead(message);
	}

	/**
	 * Something has come that nobody is going to read.
	 */
	private void lingered(Object message) {
		long before = this.unread;
		this.unread += (message instanceof ByteBuf bytes) ? bytes.readableBytes() : 0;
		ReferenceCountUtil.release(message);
		if (before <= this.limits.drainSize() && this.unread > this.limits.drainSize()) {
			this.refusals.refused(RefusalReason.ANSWERED_BODY, channel(), GOES_ON_SENDING);
		}
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		ctx.fireChannelReadComplete();
		if (this.phase == Phase.LINGERING) {
			ctx.read();
		}
	}

	/**
	 * Nothing is there to be read after the end, and the epoll transport of Netty fails
	 * to look for it.
	 */
	@Override
	public void read(ChannelHandlerContext ctx) {
		if (!this.inputEnded) {
			ctx.read();
		}
	}

	/**
	 * The client has ended its sending side, or has gone: TCP tells the same of both. It
	 * is answered what it has asked whole. One that has said that this is its last
	 * request is waited for like any other; one that has not has most likely gone, and is
	 * given up unless something moves.
	 */
	@Override
	public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
		// First to the decoder, which gives out what it has.
		ctx.fireUserEventTriggered(event);
		if (event != ChannelInputShutdownEvent.INSTANCE || this.inputEnded) {
			return;
		}
		this.inputEnded = true;
		boolean whole = !this.sending;
		this.sending = false;
		MessageHandler messages = this.messages;
		if (messages == null || this.phase == Phase.LINGERING || ctx.pipeline().get(SslHandler.class) != null) {
			ctx.close();
		}
		else if (messages.inputEnded(whole)) {
			this.taken = this.written - pending();
			boolean waits = messages.isLastAnnounced() || this.limits.halfClosedTimeout().isZero();
			Duration most = waits ? mostWaited() : Duration.ZERO;
			Duration silence = (HALF_CLOSED_SILENCE.compareTo(most) < 0) ? HALF_CLOSED_SILENCE : most;
			giveUpAfter(waits ? silence : this.limits.halfClosedTimeout(), most.toNanos());
		}
		else {
			closeWhenFlushed();
		}
	}

	/**
	 * How long the head of a response is waited for on behalf of a client that has ended
	 * its sending side: never without end, since nobody knows whether it is still there.
	 */
	private Duration mostWaited() {
		Duration idle = this.limits.idleTimeout();
		return idle.isZero() ? HALF_CLOSED_WAIT : idle;
	}

	/**
	 * Gives up a client that has ended its sending side when nothing has moved for so
	 * long.
	 * @param timeout how long
	 * @param left how much longer the head of a response is waited for, in nanoseconds
	 */
	private void giveUpAfter(Duration timeout, long left) {
		channel().eventLoop().schedule(() -> giveUp(timeout, left), timeout.toNanos(), TimeUnit.NANOSECONDS);
	}

	private void giveUp(Duration timeout, long left) {
		MessageHandler messages = this.messages;
		ChannelHandlerContext ctx = this.ctx;
		if (ctx == null || ctx.isRemoved() || !ctx.channel().isActive() || this.phase == Phase.LINGERING) {
			return;
		}
		long pending = pending();
		long taken = this.written - pending;
		if (pending > 0 || taken > this.taken) {
			// It is there. How fast it takes what waits for it is looked at elsewhere.
			this.taken = taken;
			giveUpAfter(timeout, left);
		}
		else if (left > 0 && messages != null && !messages.isResponding()) {
			giveUpAfter(timeout, left - timeout.toNanos());
		}
		else {
			ctx.close();
		}
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (message instanceof ByteBuf bytes) {
			this.written += bytes.readableBytes();
		}
		else if (message instanceof FileRegion) {
			this.files++;
			ctx.write(message, promise.unvoid().addListener((future) -> this.files--));
			return;
		}
		ctx.write(message, promise);
	}

	/**
	 * Ends the output, and leaves the client some time to notice. What is closed while
	 * something is there to be read is reset, and what was written last may be lost with
	 * it.
	 */
	@Override
	public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
		if (lingers(ctx.channel()) && ctx.channel() instanceof DuplexChannel duplex) {
			enter(Phase.LINGERING);
			duplex.shutdownOutput();
			ctx.read();
		}
		if (this.phase == Phase.LINGERING) {
			ctx.channel().closeFuture().addListener((future) -> promise.trySuccess());
		}
		else {
			ctx.close(promise);
		}
	}

	private boolean lingers(Channel channel) {
		boolean reset = Integer.valueOf(0).equals(channel.config().getOption(ChannelOption.SO_LINGER));
		return this.sending && !this.inputEnded && this.phase != Phase.LINGERING && !this.limits.drainTimeout().isZero()
				&& !reset && channel.isActive() && pending() == 0;
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
			this.sending = false;
			ctx.close();
		}
		else {
			ctx.fireExceptionCaught(cause);
		}
	}

	@Override
	public void tick(long elapsed) {
		this.lasted += elapsed;
		switch (this.phase) {
			case WAITING, STREAMS -> {
				if (pending() > 0) {
					// It is still being answered: its rate is looked at below.
					this.lasted = 0;
				}
				else if (isOver(
						this.used ? this.limits.idleTimeout().toNanos() : this.limits.headTimeout().toNanos())) {
					channel().close();
				}
			}
			case HEAD -> {
				if (isOver(this.limits.headTimeout().toNanos())) {
					headTimedOut();
				}
			}
			case UNREAD -> {
				if (this.lasted >= this.limits.drainTimeout().toNanos()) {
					stopReading();
				}
			}
			case LINGERING -> {
				if (isOver(this.limits.drainTimeout().toNanos())) {
					abort();
				}
			}
			case BUSY -> {
			}
		}
		if (this.phase != Phase.LINGERING) {
			checkResponse(elapsed);
		}
	}

	private boolean isOver(long time) {
		return time > 0 && this.lasted >= time;
	}

	private void headTimedOut() {
		MessageHandler messages = this.messages;
		if (messages == null || !messages.refuse(new Refusal(RefusalReason.HEAD_TIMEOUT, 408,
				"The head of the request did not come within " + this.limits.headTimeout().toMillis() + " ms"))) {
			this.refusals.refused(RefusalReason.HEAD_TIMEOUT, channel(), "no request has come in time");
			channel().close();
		}
	}

	/**
	 * Looks whether the client takes what waits for it. What the system buffers moves in
	 * large steps only when it is asked.
	 */
	private void checkResponse(long elapsed) {
		if (this.limits.minResponseRate() == 0) {
			return;
		}
		if (this.files > 0) {
			// Files are sent by the kernel, which does not tell how far it is.
			this.responsePace.restart(this.written);
			return;
		}
		if (pending() > 0 && channel().unsafe() instanceof AbstractNioChannel.NioUnsafe unsafe) {
			unsafe.forceFlush();
		}
		long pending = pending();
		if (pending == 0) {
			this.responsePace.restart(this.written);
		}
		else if (this.responsePace.isTooSlow(elapsed, this.written - pending)) {
			this.refusals.refused(RefusalReason.SLOW_RESPONSE, channel(), "it does not take what waits for it");
			abort();
		}
	}

	/**
	 * Returns how many bytes wait to be written.
	 */
	private long pending() {
		ChannelOutboundBuffer buffer = channel().unsafe().outboundBuffer();
		if (buffer == null || buffer.isEmpty()) {
			return 0;
		}
		return Math.max(1,
				buffer.totalPendingWriteBytes() - buffer.size() * (long) ENTRY_OVERHEAD - buffer.currentProgress());
	}

	private enum Phase {

		/**
		 * Nothing has come of the next request.
		 */
		WAITING,

		/**
		 * A part of a head has come.
		 */
		HEAD,

		/**
		 * A request is under way.
		 */
		BUSY,

		/**
		 * The request has been answered, and the rest of its body is still to come.
		 */
		UNREAD,

		/**
		 * It is a connection of HTTP/2.
		 */
		STREAMS,

		/**
		 * Nothing is written any more, and what comes is dropped.
		 */
		LINGERING

	}

}
