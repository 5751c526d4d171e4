package io.natsproxy.gateway.client;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.netty.channel.ChannelHandlerContext;

/**
 * A client that has ended its sending side, or has gone: TCP tells the same of both. It
 * is answered what it has asked whole. One that has said that this is its last request is
 * waited for like any other; one that has not has most likely gone, and is given up
 * unless something moves. Used on the event loop of the connection.
 */
final class HalfClosedClient {

	/**
	 * Longest pause of a response for a client that has announced its last request: one
	 * that has gone looks the same, and what it has begun must end.
	 */
	private static final Duration SILENCE = Duration.ofSeconds(5);

	/**
	 * Longest wait for the head of a response where connections may be idle without end:
	 * nobody knows whether the client is still there.
	 */
	private static final Duration HEAD_WAIT = Duration.ofSeconds(75);

	private final ChannelHandlerContext ctx;

	private final OutgoingBytes outgoing;

	private final BooleanSupplier awaitsHead;

	/**
	 * Longest time without a move.
	 */
	private final Duration timeout;

	/**
	 * Time that is left for the head of a response, in nanoseconds.
	 */
	private long left;

	/**
	 * Bytes that the client had taken when it was last looked at.
	 */
	private long taken;

	/**
	 * Creates the client, which is not looked at yet.
	 * @param ctx its connection
	 * @param outgoing the bytes that are sent to it
	 * @param limits time-outs
	 * @param announced whether it has said that it sends nothing more
	 * @param awaitsHead tells whether a response is due of which nothing has been written
	 */
	HalfClosedClient(ChannelHandlerContext ctx, OutgoingBytes outgoing, ClientLimits limits, boolean announced,
			BooleanSupplier awaitsHead) {
		this.ctx = ctx;
		this.outgoing = outgoing;
		this.awaitsHead = awaitsHead;
		boolean waits = announced || limits.halfClosedTimeout().isZero();
		Duration most = waits ? headWait(limits) : Duration.ZERO;
		Duration silence = (SILENCE.compareTo(most) < 0) ? SILENCE : most;
		this.timeout = waits ? silence : limits.halfClosedTimeout();
		this.left = most.toNanos();
		this.taken = outgoing.taken(ctx.channel());
	}

	private static Duration headWait(ClientLimits limits) {
		Duration idle = limits.idleTimeout();
		return idle.isZero() ? HEAD_WAIT : idle;
	}

	/**
	 * Gives the client up when nothing has moved for too long.
	 */
	void watch() {
		this.ctx.channel().eventLoop().schedule(this::look, this.timeout.toNanos(), TimeUnit.NANOSECONDS);
	}

	private void look() {
		if (this.ctx.isRemoved() || !this.ctx.channel().isActive()) {
			return;
		}
		long pending = OutgoingBytes.pending(this.ctx.channel());
		long taken = this.outgoing.taken(this.ctx.channel());
		if (pending > 0 || taken > this.taken) {
			// It is there. How fast it takes what waits for it is looked at elsewhere.
			this.taken = taken;
			watch();
		}
		else if (this.left > 0 && this.awaitsHead.getAsBoolean()) {
			this.left -= this.timeout.toNanos();
			watch();
		}
		else {
			this.ctx.close();
		}
	}

}
