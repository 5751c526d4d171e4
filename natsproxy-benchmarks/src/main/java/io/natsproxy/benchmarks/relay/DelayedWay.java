package io.natsproxy.benchmarks.relay;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: what comes from the source goes to the sink after the
 * delay, its end as well. Both are on the same event loop.
 */
final class DelayedWay extends ChannelInboundHandlerAdapter {

	/**
	 * How long a sink may take to accept the last bytes when the source has gone.
	 */
	private static final long LINGER_SECONDS = 5;

	private final Channel source;

	private final Channel sink;

	private final long delayNanos;

	private final int limit;

	private final Deque<Part> parts = new ArrayDeque<>();

	private @Nullable DelayedWay opposite;

	/**
	 * How many bytes wait.
	 */
	private int waiting;

	private boolean sourceEnded;

	/**
	 * Whether {@link #pass()} is about to run, or runs.
	 */
	private boolean passing;

	private DelayedWay(Channel source, Channel sink, long delayNanos, int limit) {
		this.source = source;
		this.sink = sink;
		this.delayNanos = delayNanos;
		this.limit = limit;
	}

	/**
	 * Joins two connections, from which nothing has been read. One that is not made yet
	 * takes nothing until it is.
	 * @param near one of them
	 * @param far the other
	 * @param delayNanos how long bytes wait
	 * @param limit how many bytes may wait in each direction before no more are read
	 */
	static void join(Channel near, Channel far, long delayNanos, int limit) {
		DelayedWay there = new DelayedWay(near, far, delayNanos, limit);
		DelayedWay back = new DelayedWay(far, near, delayNanos, limit);
		there.opposite = back;
		back.opposite = there;
		near.pipeline().addLast(there);
		far.pipeline().addLast(back);
		near.closeFuture().addListener((closed) -> back.sinkEnded());
		far.closeFuture().addListener((closed) -> there.sinkEnded());
	}

	@Override
	public void channelActive(ChannelHandlerContext ctx) {
		passToSource();
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		ByteBuf bytes = (ByteBuf) message;
		if (this.sink.isOpen()) {
			this.waiting += bytes.readableBytes();
			add(bytes, false);
			if (this.waiting > this.limit) {
				this.source.config().setAutoRead(false);
			}
		}
		else {
			bytes.release();
		}
	}

	private void add(ByteBuf bytes, boolean last) {
		this.parts.add(new Part(bytes, last, System.nanoTime() + this.delayNanos));
		if (!this.passing && this.parts.size() == 1) {
			passLater(this.delayNanos);
		}
	}

	private void passLater(long nanos) {
		this.passing = true;
		this.sink.eventLoop().schedule(this::pass, nanos, TimeUnit.NANOSECONDS);
	}

	/**
	 * Passes on what has waited long enough, as far as the sink takes it.
	 */
	private void pass() {
		this.passing = true;
		long now = System.nanoTime();
		Part part = this.parts.peek();
		while (part != null && part.due() - now <= 0 && sinkTakesMore()) {
			this.parts.remove();
			this.waiting -= part.bytes().readableBytes();
			this.sink.write(part.bytes(), this.sink.voidPromise());
			if (part.last()) {
				closeSink();
			}
			part = this.parts.peek();
		}
		this.sink.flush();
		if (this.waiting <= this.limit / 2) {
			this.source.config().setAutoRead(true);
		}
		this.passing = false;
		Part next = this.parts.peek();
		if (next != null && sinkTakesMore()) {
			passLater(Math.max(0, next.due() - System.nanoTime()));
		}
	}

	/**
	 * When the source has gone nothing more comes, and what is left may wait at the sink
	 * as well.
	 */
	private boolean sinkTakesMore() {
		return this.sink.isActive() && (this.sink.isWritable() || this.sourceEnded);
	}

	private void closeSink() {
		this.sink.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
		ScheduledFuture<?> patience = this.sink.eventLoop()
			.schedule(() -> this.sink.close(), LINGER_SECONDS, TimeUnit.SECONDS);
		this.sink.closeFuture().addListener((closed) -> patience.cancel(false));
	}

	@Override
	public void channelWritabilityChanged(ChannelHandlerContext ctx) {
		passToSource();
	}

	/**
	 * Goes on in the opposite direction, whose sink takes bytes again.
	 */
	private void passToSource() {
		if (this.opposite != null && !this.opposite.passing) {
			this.opposite.pass();
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.sourceEnded = true;
		if (this.sink.isOpen()) {
			add(Unpooled.EMPTY_BUFFER, true);
			if (!this.passing) {
				pass();
			}
		}
	}

	/**
	 * Lets go of all that waits. What still comes is read, so that its end is noticed.
	 */
	private void sinkEnded() {
		this.parts.forEach((part) -> part.bytes().release());
		this.parts.clear();
		this.waiting = 0;
		this.source.config().setAutoRead(true);
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		ctx.close();
	}

	/**
	 * Bytes that wait.
	 *
	 * @param bytes the bytes
	 * @param last whether the source has ended after them
	 * @param due when they are to be passed on, by {@link System#nanoTime()}
	 */
	private record Part(ByteBuf bytes, boolean last, long due) {

	}

}
