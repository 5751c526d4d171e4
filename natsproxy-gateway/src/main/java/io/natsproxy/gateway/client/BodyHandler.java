package io.natsproxy.gateway.client;

import io.natsproxy.gateway.BrokenRequestException;
import io.natsproxy.gateway.ReceivedBody;
import io.natsproxy.gateway.RefusalReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2StreamChannel;
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

	private final boolean connection;

	private final Pace pace;

	private long length;

	/**
	 * The fields of the request.
	 */
	private @Nullable HttpHeaders fields;

	private boolean emptyForm = true;

	private volatile boolean whole = true;

	private boolean broken;

	private boolean watched;

	private HttpVersion version = HttpVersion.HTTP_1_1;

	/**
	 * Whether what is being written answers a request: not so for a status like 100.
	 */
	private boolean answering;

	private boolean answered;

	/**
	 * For how long the rest has come of a body that has been answered, in nanoseconds.
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
	public long length() {
		return this.length;
	}

	@Override
	public boolean isEmptyForm() {
		return this.emptyForm;
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
		if (MessageTypes.isRequest(message)) {
			HttpRequest request = (HttpRequest) message;
			this.version = request.protocolVersion();
			this.fields = request.headers();
			this.length = 0;
			this.emptyForm = true;
			this.whole = false;
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
			ByteBuf content = ((HttpContent) message).content();
			this.length += content.readableBytes();
			this.emptyForm = this.emptyForm && content.forEachByte(BodyHandler::isBetweenFields) < 0;
			if (!this.broken && MessageTypes.isLast(message)) {
				this.whole = true;
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

	private static boolean isBetweenFields(byte octet) {
		return octet == '&' || (octet >= 0 && octet <= ' ');
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
		if (!this.whole && !this.watched && !this.broken && !(this.answered && this.connection)) {
			this.watched = true;
			this.pace.restart(this.length);
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
				&& this.pace.isTooSlow(elapsed, this.length)) {
			String detail = "The body of the request comes too slowly";
			this.refusals.refused(RefusalReason.SLOW_REQUEST, ctx.channel(), detail);
			breakOff(ctx, new BrokenRequestException(408, detail));
		}
	}

	/**
	 * Whether the client may send: not so on a connection of HTTP/2 whose window is used
	 * up by other streams, which are not read from.
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

	/**
	 * To a client of HTTP/1.0, which knows neither chunks nor persistent connections, the
	 * end of a body without a length is that of the connection (RFC 9112, section 6.3).
	 * Handlers behind this one know by the version of the response.
	 */
	private static void makeOld(HttpResponse response) {
		response.setProtocolVersion(HttpVersion.HTTP_1_0);
		HttpUtil.setTransferEncodingChunked(response, false);
		HttpUtil.setKeepAlive(response, false);
	}

	/**
	 * Whether the rest of the body that is being answered is going to be read, however
	 * late: the client must not send another request on a connection that is going to be
	 * closed (RFC 9112, section 9.6).
	 */
	private boolean isShortRest() {
		HttpHeaders fields = this.fields;
		String announced = (fields != null) ? fields.get(HttpHeaderNames.CONTENT_LENGTH) : null;
		return (announced != null) ? Long.parseLong(announced) - this.length <= this.limits.drainSize()
				: fields == null || !fields.contains(HttpHeaderNames.TRANSFER_ENCODING);
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (MessageTypes.isResponse(message)) {
			HttpResponse response = (HttpResponse) message;
			this.answering = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
			if (this.broken || (this.connection && this.answering && !this.whole && !isShortRest())) {
				HttpUtil.setKeepAlive(response, false);
			}
			if (this.version != HttpVersion.HTTP_1_1 && this.version.minorVersion() == 0 && this.answering) {
				makeOld(response);
			}
			if (response.status().code() != HttpResponseStatus.CONTINUE.code()) {
				HttpDate.addTo(response.headers());
			}
		}
		ctx.write(message, promise);
		if (this.answering && !this.whole && MessageTypes.isLast(message)) {
			this.answered = true;
			if (this.connection) {
				unwatch();
			}
		}
	}

}
