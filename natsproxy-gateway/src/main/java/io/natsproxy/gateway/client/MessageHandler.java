package io.natsproxy.gateway.client;

import java.util.function.Supplier;

import io.natsproxy.gateway.BrokenRequestException;
import io.natsproxy.gateway.RefusalReason;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * The messages of HTTP/1.1 on a client's connection, before Reactor Netty gets them:
 * refuses heads that nobody can be asked about, and has a body that cannot be decoded
 * fail, of which Reactor Netty would make a complete one.
 */
final class MessageHandler extends ChannelDuplexHandler {

	/**
	 * How many requests wait for their answers at most. The codec fails beyond 128.
	 */
	private static final int MAX_PIPELINED = 100;

	private static final Refusal TOO_MANY = new Refusal(RefusalReason.PIPELINED, 429,
			"Too many requests are pipelined, the limit is " + MAX_PIPELINED);

	private final ConnectionHandler connection;

	private final RequestCheck check;

	private final ClientRefusals refusals;

	private final Supplier<Http2Handler> http2;

	/**
	 * How many requests have not been answered.
	 */
	private int open;

	/**
	 * Whether what is being written answers a request: not so for a status like 100.
	 */
	private boolean answering;

	/**
	 * The answer to what has come last, once all before it has been answered. Nothing is
	 * read after it.
	 */
	private @Nullable Refusal refusal;

	/**
	 * Whether that answer is one to HEAD.
	 */
	private boolean bodiless;

	/**
	 * The last request that has not been answered.
	 */
	private @Nullable HttpRequest last;

	/**
	 * Whether the last request is the last one by the word of the client, and has come
	 * while others before it were not answered.
	 */
	private boolean closing;

	/**
	 * Whether that request has come whole. Nothing is read after it.
	 */
	private boolean ended;

	/**
	 * Whether what comes belongs to a request that has been refused.
	 */
	private boolean skipping;

	private @Nullable ChannelHandlerContext ctx;

	/**
	 * Creates the handler.
	 * @param http2 makes the handler that takes its place when the client changes to
	 * HTTP/2
	 */
	MessageHandler(ConnectionHandler connection, RequestCheck check, ClientRefusals refusals,
			Supplier<Http2Handler> http2) {
		this.http2 = http2;
		this.connection = connection;
		this.check = check;
		this.refusals = refusals;
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.ctx = ctx;
		this.connection.messages(this);
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		this.connection.messages(null);
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (this.refusal != null) {
			ReferenceCountUtil.release(message);
		}
		else if (MessageTypes.isRequest(message)) {
			HttpRequest request = (HttpRequest) message;
			if (request.decoderResult().cause() instanceof PrematureChannelClosureException) {
				// The client has gone within a head.
				ReferenceCountUtil.release(request);
			}
			else {
				onRequest(ctx, request);
			}
		}
		else if (MessageTypes.isContent(message)) {
			HttpContent content = (HttpContent) message;
			if (this.skipping) {
				onSkipped(ctx, content);
			}
			else {
				onContent(ctx, content);
			}
		}
		else if (message instanceof Http2Frame) {
			onFrame(ctx, message);
		}
		else if (this.ended) {
			ReferenceCountUtil.release(message);
			this.connection.refusing();
		}
		else {
			ctx.fireChannelRead(message);
		}
	}

	/**
	 * The client has changed to HTTP/2 without TLS.
	 */
	private void onFrame(ChannelHandlerContext ctx, Object frame) {
		Http2Handler handler = this.http2.get();
		ChannelPipeline pipeline = ctx.pipeline();
		String name = ctx.name();
		pipeline.replace(this, name, handler);
		handler.channelRead(pipeline.context(handler), frame);
	}

	private void onRequest(ChannelHandlerContext ctx, HttpRequest request) {
		Refusal refusal = (this.open < MAX_PIPELINED) ? this.check.check(request, ctx.channel()) : TOO_MANY;
		if (refusal != null) {
			boolean head = HttpMethod.HEAD.equals(request.method());
			boolean persistent = isPersistent(request);
			ReferenceCountUtil.release(request);
			// Answers that nobody takes must not pile up.
			if (persistent && ctx.channel().isWritable()) {
				refuseThis(ctx, refusal);
			}
			else {
				this.bodiless = head;
				refuse(refusal);
			}
			return;
		}
		if (this.open > 0 && !HttpUtil.isKeepAlive(request)) {
			// Reactor Netty would close the connection after the answer that is under
			// way.
			this.closing = true;
			CloseOption.remove(request);
		}
		this.open++;
		this.last = request;
		this.connection.headComplete();
		if (MessageTypes.isLast(request)) {
			onWhole(ctx);
		}
		ctx.fireChannelRead(request);
	}

	/**
	 * The last request is there. What follows one that is the last on its connection is
	 * not decoded.
	 */
	private void onWhole(ChannelHandlerContext ctx) {
		this.connection.requestComplete();
		if (this.closing) {
			this.ended = true;
			ctx.pipeline().get(HttpServerCodec.class).removeInboundHandler();
		}
	}

	/**
	 * Whether another request may follow one that is refused: it has been understood, has
	 * no body, and there is none before it.
	 */
	private boolean isPersistent(HttpRequest request) {
		return request.decoderResult().isSuccess() && this.open == 0 && HttpUtil.isKeepAlive(request)
				&& request.protocolVersion().equals(HttpVersion.HTTP_1_1)
				&& !HttpUtil.isTransferEncodingChunked(request)
				&& !request.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
	}

	private void refuseThis(ChannelHandlerContext ctx, Refusal refusal) {
		this.refusals.refused(refusal.reason(), ctx.channel(), refusal.detail());
		this.skipping = true;
		this.connection.headComplete();
		// Through the codec, which remembers what is to be answered.
		ctx.writeAndFlush(this.refusals.response(refusal));
	}

	private void onSkipped(ChannelHandlerContext ctx, HttpContent content) {
		boolean last = MessageTypes.isLast(content);
		content.release();
		if (last) {
			this.skipping = false;
			this.connection.requestComplete();
			this.connection.answered();
		}
		ctx.read();
	}

	/**
	 * The client has ended its sending side.
	 * @param whole whether all that it has begun to send has come
	 * @return whether something is still to be answered
	 */
	boolean inputEnded(boolean whole) {
		ChannelHandlerContext ctx = this.ctx;
		if (ctx == null || this.open == 0) {
			return false;
		}
		if (!whole && this.refusal == null && !this.ended) {
			String detail = "The body of the request has ended before its end";
			this.refusals.refused(RefusalReason.INCOMPLETE_BODY, ctx.channel(), detail);
			ctx.fireChannelRead(new BrokenContent(new BrokenRequestException(400, detail)));
		}
		return true;
	}

	/**
	 * Whether the head of a response has been written, and not its end.
	 */
	boolean isResponding() {
		return this.answering && this.open > 0;
	}

	/**
	 * Whether the client has said that it sends nothing after its last request (RFC 9112,
	 * section 9.6).
	 */
	boolean isLastAnnounced() {
		return this.closing || (this.last != null && !HttpUtil.isKeepAlive(this.last));
	}

	private void onContent(ChannelHandlerContext ctx, HttpContent content) {
		boolean answered = this.open == 0;
		if (content.decoderResult().isFailure()) {
			content.release();
			this.refusals.refused(RefusalReason.INCOMPLETE_BODY, ctx.channel(), "the body is malformed");
			if (answered) {
				ctx.channel().close();
			}
			else {
				ctx.fireChannelRead(
						new BrokenContent(new BrokenRequestException(400, "The body of the request is malformed")));
			}
			return;
		}
		if (MessageTypes.isLast(content)) {
			onWhole(ctx);
		}
		else if (answered) {
			this.connection.unread(content.content().readableBytes());
		}
		ctx.fireChannelRead(content);
	}

	/**
	 * Answers what has come last and is no request, after all requests before it, and
	 * closes the connection. What follows is not decoded any more: the codec counts it as
	 * requests that wait for their answers.
	 * @return {@code false} if it cannot be answered
	 */
	boolean refuse(Refusal refusal) {
		ChannelHandlerContext ctx = this.ctx;
		HttpServerCodec codec = (ctx != null) ? ctx.pipeline().get(HttpServerCodec.class) : null;
		if (ctx == null || codec == null) {
			return false;
		}
		if (this.refusal != null) {
			return true;
		}
		this.refusals.refused(refusal.reason(), ctx.channel(), refusal.detail());
		this.refusal = refusal;
		codec.removeInboundHandler();
		this.connection.refusing();
		if (this.open == 0) {
			answer(ctx, refusal);
		}
		return true;
	}

	/**
	 * Writes past the codec: where no request could be read, it has nothing to answer.
	 */
	private void answer(ChannelHandlerContext ctx, Refusal refusal) {
		ctx.pipeline()
			.context(HttpServerCodec.class)
			.writeAndFlush(this.refusals.lastMessage(refusal, this.bodiless))
			.addListener((future) -> ctx.channel().close());
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (MessageTypes.isResponse(message)) {
			HttpResponse response = (HttpResponse) message;
			if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
				// The connection is one of WebSockets from now on, which have limits of
				// their own.
				ctx.write(message, promise.unvoid().addListener((future) -> ClientConnections.leave(ctx.pipeline())));
				return;
			}
			this.answering = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
			if (response.protocolVersion() != HttpVersion.HTTP_1_1) {
				speakOwnVersion(response);
			}
			if (this.closing && this.open == 1 && this.answering) {
				HttpUtil.setKeepAlive(response, false);
			}
		}
		boolean last = this.answering && this.open > 0 && MessageTypes.isLast(message);
		ctx.write(message, (last && this.closing && this.open == 1)
				? promise.unvoid().addListener(ChannelFutureListener.CLOSE) : promise);
		if (last) {
			this.answering = false;
			this.open--;
			onAnswered(ctx);
		}
	}

	/**
	 * The version of a response is that of the server, and not that of its client (RFC
	 * 9110, section 6.2).
	 */
	private static void speakOwnVersion(HttpResponse response) {
		boolean keepAlive = HttpUtil.isKeepAlive(response);
		response.setProtocolVersion(HttpVersion.HTTP_1_1);
		HttpUtil.setKeepAlive(response, keepAlive);
	}

	private void onAnswered(ChannelHandlerContext ctx) {
		Refusal refusal = this.refusal;
		if (this.open > 0) {
			return;
		}
		this.last = null;
		if (refusal != null) {
			answer(ctx, refusal);
		}
		else {
			this.connection.answered();
		}
	}

}
