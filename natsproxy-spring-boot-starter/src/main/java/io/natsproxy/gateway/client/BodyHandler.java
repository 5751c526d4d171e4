package io.natsproxy.gateway.client;

import io.natsproxy.gateway.BrokenRequestException;
import io.natsproxy.gateway.ReceivedBody;
import io.natsproxy.gateway.RefusalReason;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * The body of the request that is being handled, as Reactor Netty gets it, of HTTP/1.1 or
 * of a stream of HTTP/2: knows whether it is whole, and has it fail when it does not come
 * as it should.
 */
final class BodyHandler extends ChannelDuplexHandler implements ReceivedBody, LoopClock.Member {

	private final ClientLimits limits;

	private final ClientRefusals refusals;

	private final LoopClock clock;

	private final Pace pace;

	private long length;

	private volatile boolean whole = true;

	private boolean broken;

	private boolean watched;

	private @Nullable ChannelHandlerContext ctx;

	BodyHandler(ClientLimits limits, ClientRefusals refusals, LoopClock clock) {
		this.limits = limits;
		this.refusals = refusals;
		this.clock = clock;
		this.pace = new Pace(limits.minRequestRate(), limits.gracePeriod().toNanos());
	}

	@Override
	public long length() {
		return this.length;
	}

	@Override
	public boolean isWhole() {
		return this.whole;
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.ctx = ctx;
		ctx.channel().attr(ReceivedBody.KEY).set(this);
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		unwatch();
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		unwatch();
		ctx.fireChannelInactive();
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (message instanceof HttpRequest) {
			this.length = 0;
			this.whole = false;
			this.broken = false;
		}
		if (message instanceof BrokenContent content) {
			content.release();
			breakOff(ctx, content.failure());
			return;
		}
		if (message instanceof HttpContent content) {
			this.length += content.content().readableBytes();
			if (message instanceof LastHttpContent && !this.broken) {
				this.whole = true;
				unwatch();
			}
		}
		ctx.fireChannelRead(message);
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		if (!this.whole && !this.watched && this.limits.minRequestRate() > 0) {
			this.watched = true;
			this.pace.restart(this.length);
			this.clock.add(this);
		}
		ctx.fireChannelReadComplete();
	}

	private void unwatch() {
		if (this.watched) {
			this.watched = false;
			this.clock.remove(this);
		}
	}

	private void breakOff(ChannelHandlerContext ctx, BrokenRequestException failure) {
		this.broken = true;
		unwatch();
		ctx.fireExceptionCaught(failure);
	}

	/**
	 * Counts the time in which the client is read from only: it cannot send what nobody
	 * takes.
	 */
	@Override
	public void tick(long elapsed) {
		ChannelHandlerContext ctx = this.ctx;
		if (ctx == null || !ctx.channel().config().isAutoRead() || !this.pace.isTooSlow(elapsed, this.length)) {
			return;
		}
		String detail = "The body of the request comes too slowly";
		this.refusals.refused(RefusalReason.SLOW_REQUEST, ctx.channel(), detail);
		breakOff(ctx, new BrokenRequestException(408, detail));
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (this.broken && message instanceof HttpResponse response) {
			HttpUtil.setKeepAlive(response, false);
		}
		ctx.write(message, promise);
	}

}
