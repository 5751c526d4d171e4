package io.natsproxy.gateway.client;

import io.natsproxy.gateway.BrokenRequestException;
import io.natsproxy.gateway.ReceivedBody;
import io.natsproxy.gateway.RefusalReason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.jspecify.annotations.Nullable;

/**
 * The handler of the bodies of requests, as Reactor Netty gets them, of HTTP/1.1 or of a
 * stream of HTTP/2: keeps their {@link BodyProgress}, and has one fail that does not come
 * as it should.
 */
final class BodyHandler extends ChannelDuplexHandler implements LoopClock.Member {

	private final ClientLimits limits;

	private final ClientRefusals refusals;

	private final LoopClock clock;

	private final boolean connection;

	private final Pace pace;

	private final BodyProgress body = new BodyProgress();

	private boolean broken;

	private boolean watched;

	/**
	 * Tells whether what is being written answers a request: not so for a status like
	 * 100.
	 */
	private boolean answering;

	private boolean answered;

	/**
	 * Time for which the rest has come of a body that has been answered, in nanoseconds.
	 */
	private long drained;

	private @Nullable ChannelHandlerContext ctx;

	/**
	 * Creates the handler.
	 * @param connection whether this is a connection of HTTP/1.1, and no stream of HTTP/2
	 */
	BodyHandler(ClientLimits limits, ClientRefusals refusals, LoopClock clock, boolean connection) {
		this.connection = connection;
		this.limits = limits;
		this.refusals = refusals;
		this.clock = clock;
		this.pace = new Pace(limits.minRequestRate(), limits.gracePeriod().toNanos());
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.ctx = ctx;
		ctx.channel().attr(ReceivedBody.KEY).set(this.body);
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
		if (MessageTypes.isRequest(message)) {
			this.body.begin((HttpRequest) message);
			this.broken = false;
			this.answered = false;
			if (!MessageTypes.isContent(message)) {
				ctx.fireChannelRead(message);
				return;
			}
		}
		if (message instanceof BrokenContent content) {
			content.release();
			breakOff(ctx, content.failure());
			return;
		}
		if (MessageTypes.isContent(message)) {
			this.body.add(((HttpContent) message).content());
			if (!this.broken && MessageTypes.isLast(message)) {
				this.body.complete();
				unwatch();
			}
		}
		else if (message instanceof Http2Frame) {
			// The client has changed to HTTP/2 without TLS: its streams have their own.
			ctx.fireChannelRead(message);
			ctx.pipeline().remove(this);
			return;
		}
		ctx.fireChannelRead(message);
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		watch();
		ctx.fireChannelReadComplete();
	}

	/**
	 * A request that was pipelined comes without the end of a read.
	 */
	@Override
	public void read(ChannelHandlerContext ctx) throws Exception {
		watch();
		ctx.read();
	}

	private void watch() {
		if (!this.body.isWhole() && !this.watched && !this.broken && !(this.answered && this.connection)) {
			this.watched = true;
			this.pace.restart(this.body.length());
			this.clock.add(this);
		}
	}

	private void unwatch() {
		if (this.watched) {
			this.watched = false;
			this.clock.remove(this);
		}
	}

	/**
	 * Streams of HTTP/2 are told of what has ended them here: the end itself follows.
	 */
	@Override
	@SuppressWarnings("deprecation")
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		if (!(cause instanceof Http2Exception)) {
			ctx.fireExceptionCaught(cause);
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
		if (ctx == null) {
			return;
		}
		if (this.answered) {
			drain(ctx, elapsed);
		}
		else if (ctx.channel().config().isAutoRead() && mayComeIn(ctx.channel())
				&& this.pace.isTooSlow(elapsed, this.body.length())) {
			String detail = "The body of the request comes too slowly";
			this.refusals.refused(RefusalReason.SLOW_REQUEST, ctx.channel(), detail);
			breakOff(ctx, new BrokenRequestException(408, detail));
		}
	}

	/**
	 * Returns whether the client may send: not so on a connection of HTTP/2 whose window
	 * is used up by other streams, which are not read from.
	 */
	private static boolean mayComeIn(Channel channel) {
		Http2FrameCodec codec = (channel instanceof Http2StreamChannel stream)
				? stream.parent().pipeline().get(Http2FrameCodec.class) : null;
		return codec == null
				|| codec.connection().local().flowController().windowSize(codec.connection().connectionStream()) > 0;
	}

	/**
	 * Asks a client of HTTP/2 to end a body that has been answered (RFC 9113, section
	 * 8.1).
	 */
	private void drain(ChannelHandlerContext ctx, long elapsed) {
		this.drained += elapsed;
		if (this.drained >= this.limits.drainTimeout().toNanos()) {
			unwatch();
			this.refusals.refused(RefusalReason.ANSWERED_BODY, ctx.channel(),
					"it goes on sending what has been answered");
			ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
		}
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (MessageTypes.isResponse(message)) {
			HttpResponse response = (HttpResponse) message;
			this.answering = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
			if (this.broken || (this.connection && this.answering && !this.body.isWhole()
					&& !this.body.isRestWithin(this.limits.drainSize()))) {
				HttpUtil.setKeepAlive(response, false);
			}
			if (this.answering && ResponseVersion.isOld(this.body.version())) {
				ResponseVersion.makeOld(response);
			}
			if (response.status().code() != HttpResponseStatus.CONTINUE.code()) {
				HttpDate.addTo(response.headers());
			}
		}
		ctx.write(message, promise);
		if (this.answering && !this.body.isWhole() && MessageTypes.isLast(message)) {
			this.answered = true;
			if (this.connection) {
				unwatch();
			}
		}
	}

}
