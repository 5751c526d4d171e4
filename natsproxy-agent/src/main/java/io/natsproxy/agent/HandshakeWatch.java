package io.natsproxy.agent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

import io.natsproxy.core.header.HeaderFields;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Looks at the handshake of a WebSocket with the upstream, of which the client would tell
 * no more than that it has failed: keeps a refusal as a whole, and the fields of an
 * acceptance. Which sub-protocol is right is for the two ends to say. Used by the event
 * loop of the connection.
 */
final class HandshakeWatch extends ChannelOutboundHandlerAdapter {

	/**
	 * Longest body of a refusal, in bytes; a longer one is replaced.
	 */
	private static final int MAX_BODY = 64 * 1024;

	private static final String NAME = "natsproxy.handshake";

	private final boolean withOrigin;

	private volatile @Nullable Refusal refusal;

	private HeaderFields acceptance = HeaderFields.EMPTY;

	/**
	 * Creates a watch.
	 * @param withOrigin whether the request has an origin of its own
	 */
	HandshakeWatch(boolean withOrigin) {
		this.withOrigin = withOrigin;
	}

	void install(Channel channel) {
		channel.pipeline().addBefore(NettyPipeline.ReactiveBridge, NAME, this);
	}

	/**
	 * Returns the response by which the upstream has refused, if it has.
	 */
	@Nullable Refusal refusal() {
		return this.refusal;
	}

	/**
	 * Returns the fields of the response by which the upstream has accepted.
	 */
	HeaderFields acceptance() {
		return this.acceptance;
	}

	@Override
	public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
		if (message instanceof HttpRequest request) {
			if (!this.withOrigin) {
				request.headers().remove(HttpHeaderNames.ORIGIN);
			}
			context.pipeline().addBefore(NettyPipeline.HttpAggregator, NAME + ".response", new Responses());
			context.pipeline().remove(this);
		}
		context.write(message, promise);
	}

	/**
	 * A response in place of a WebSocket.
	 *
	 * @param status its status
	 * @param fields its fields
	 * @param body its body; {@code null} if it is too long
	 */
	record Refusal(int status, HttpHeaders fields, byte @Nullable [] body) {

	}

	/**
	 * Stands before those handlers that make one message of a response.
	 */
	private final class Responses extends ChannelInboundHandlerAdapter {

		private @Nullable HttpResponse refused;

		private boolean interim;

		private final ByteArrayOutputStream body = new ByteArrayOutputStream();

		private boolean tooLong;

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			if (message instanceof HttpResponse response) {
				this.interim = ConnectionGuard.isInterim(response);
				boolean accepted = response.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code();
				if (accepted) {
					accept(response.headers());
				}
				this.refused = (accepted || this.interim || !response.decoderResult().isSuccess()) ? null : response;
			}
			if (this.refused == null && !this.interim) {
				if (message instanceof LastHttpContent) {
					context.pipeline().remove(this);
				}
				context.fireChannelRead(message);
				return;
			}
			try {
				drop(context, message, this.refused);
			}
			finally {
				ReferenceCountUtil.release(message);
			}
		}

		private void accept(HttpHeaders fields) {
			HttpHeaders copy = fields.copy();
			HandshakeWatch.this.acceptance = (action) -> copy.names()
				.stream()
				.filter((name) -> !HttpHeaderNames.SEC_WEBSOCKET_ACCEPT.contentEqualsIgnoreCase(name)
						&& !HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS.contentEqualsIgnoreCase(name))
				.forEach((name) -> action.accept(name, copy.getAll(name)));
			fields.remove(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
		}

		private void drop(ChannelHandlerContext context, Object message, @Nullable HttpResponse refused) {
			if (refused != null && message instanceof HttpContent content) {
				collect(content);
			}
			if (refused != null && message instanceof LastHttpContent last) {
				if (last.decoderResult().isSuccess()) {
					HandshakeWatch.this.refusal = new Refusal(refused.status().code(), refused.headers(),
							this.tooLong ? null : this.body.toByteArray());
				}
				context.close();
			}
			else {
				context.read();
			}
		}

		private void collect(HttpContent content) {
			int length = content.content().readableBytes();
			if (this.tooLong || this.body.size() + length > MAX_BODY) {
				this.tooLong = true;
				this.body.reset();
				return;
			}
			try {
				content.content().readBytes(this.body, length);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
