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
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * The messages of HTTP/1.1 on a client's connection, before Reactor Netty gets them:
 * refuses heads that nobody can be asked about, and has a body that cannot be decoded
 * fail, of which Reactor Netty would make a complete one.
 */
final class MessageHandler extends ChannelDuplexHandler {

	private static final Refusal TOO_MANY = new Refusal(RefusalReason.PIPELINED, 429,
			"Too many requests are pipelined, the limit is " + PipelinedExchanges.MAX);

	private final ConnectionHandler connection;

	private final RequestCheck check;

	private final ClientRefusals refusals;

	private final Supplier<Http2Handler> http2;

	private final PipelinedExchanges exchanges = new PipelinedExchanges();

	private @Nullable LastAnswer lastAnswer;

	private @Nullable ChannelHandlerContext ctx;

	/**
	 * Creates the handler.
	 * @param connection the handler of the same connection next to its socket
	 * @param check looks at heads
	 * @param refusals counts and writes what is refused
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
		if (this.exchanges.input() == InputState.REFUSED) {
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
			if (this.exchanges.input() == InputState.SKIPPED) {
				onSkipped(ctx, content);
			}
			else {
				onContent(ctx, content);
			}
		}
		else if (message instanceof Http2Frame) {
			onFrame(ctx, message);
		}
		else if (this.exchanges.input() == InputState.ENDED) {
			ReferenceCountUtil.release(message);
			this.connection.state().refusing();
		}
		else {
			ctx.fireChannelRead(message);
		}
	}

	/**
	 * Gives its place to the handler of HTTP/2, to which the client has changed without
	 * TLS.
	 */
	private void onFrame(ChannelHandlerContext ctx, Object frame) {
		Http2Handler handler = this.http2.get();
		ChannelPipeline pipeline = ctx.pipeline();
		String name = ctx.name();
		pipeline.replace(this, name, handler);
		handler.channelRead(pipeline.context(handler), frame);
	}

	private void onRequest(ChannelHandlerContext ctx, HttpRequest request) {
		Refusal refusal = this.exchanges.isFull() ? TOO_MANY : this.check.check(request, ctx.channel());
		if (refusal != null) {
			boolean head = HttpMethod.HEAD.equals(request.method());
			boolean persistent = this.exchanges.mayFollow(request);
			ReferenceCountUtil.release(request);
			// Answers that nobody takes must not pile up.
			if (persistent && ctx.channel().isWritable()) {
				refuseThis(ctx, refusal);
			}
			else {
				refuse(refusal, head);
			}
			return;
		}
		this.exchanges.add(request);
		this.connection.state().headComplete();
		if (MessageTypes.isLast(request)) {
			onWhole(ctx);
		}
		ctx.fireChannelRead(request);
	}

	/**
	 * Notes that the last request is there. Nothing is decoded that follows one which is
	 * the last on its connection.
	 */
	private void onWhole(ChannelHandlerContext ctx) {
		this.connection.state().requestComplete();
		if (this.exchanges.complete()) {
			ctx.pipeline().get(HttpServerCodec.class).removeInboundHandler();
		}
	}

	private void refuseThis(ChannelHandlerContext ctx, Refusal refusal) {
		this.refusals.refused(refusal.reason(), ctx.channel(), refusal.detail());
		this.exchanges.enter(InputState.SKIPPED);
		this.connection.state().headComplete();
		// Through the codec, which remembers what is to be answered.
		ctx.writeAndFlush(this.refusals.response(refusal));
	}

	private void onSkipped(ChannelHandlerContext ctx, HttpContent content) {
		boolean last = MessageTypes.isLast(content);
		content.release();
		if (last) {
			this.exchanges.enter(InputState.OPEN);
			this.connection.state().requestComplete();
			this.connection.answered();
		}
		ctx.read();
	}

	/**
	 * Ends the requests of a client that has ended its sending side.
	 * @param whole whether all that it has begun to send has come
	 * @return whether something is still to be answered
	 */
	boolean inputEnded(boolean whole) {
		ChannelHandlerContext ctx = this.ctx;
		if (ctx == null || this.exchanges.isEmpty()) {
			return false;
		}
		InputState input = this.exchanges.input();
		if (!whole && input != InputState.REFUSED && input != InputState.ENDED) {
			String detail = "The body of the request has ended before its end";
			this.refusals.refused(RefusalReason.INCOMPLETE_BODY, ctx.channel(), detail);
			ctx.fireChannelRead(new BrokenContent(new BrokenRequestException(400, detail)));
		}
		return true;
	}

	PipelinedExchanges exchanges() {
		return this.exchanges;
	}

	private void onContent(ChannelHandlerContext ctx, HttpContent content) {
		boolean answered = this.exchanges.isEmpty();
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
		return refuse(refusal, false);
	}

	private boolean refuse(Refusal refusal, boolean bodiless) {
		ChannelHandlerContext ctx = this.ctx;
		HttpServerCodec codec = (ctx != null) ? ctx.pipeline().get(HttpServerCodec.class) : null;
		if (ctx == null || codec == null) {
			return false;
		}
		if (this.lastAnswer != null) {
			return true;
		}
		this.refusals.refused(refusal.reason(), ctx.channel(), refusal.detail());
		this.lastAnswer = new LastAnswer(refusal, bodiless);
		this.exchanges.enter(InputState.REFUSED);
		codec.removeInboundHandler();
		this.connection.state().refusing();
		if (this.exchanges.isEmpty()) {
			this.lastAnswer.write(ctx, this.refusals);
		}
		return true;
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
			ResponseVersion.makeOwn(response);
			this.exchanges.respond(response);
		}
		boolean last = this.exchanges.isResponding() && MessageTypes.isLast(message);
		ctx.write(message, (last && this.exchanges.isLastResponse())
				? promise.unvoid().addListener(ChannelFutureListener.CLOSE) : promise);
		if (last && this.exchanges.answered()) {
			onAllAnswered(ctx);
		}
	}

	private void onAllAnswered(ChannelHandlerContext ctx) {
		if (this.lastAnswer != null) {
			this.lastAnswer.write(ctx, this.refusals);
		}
		else {
			this.connection.answered();
		}
	}

}
