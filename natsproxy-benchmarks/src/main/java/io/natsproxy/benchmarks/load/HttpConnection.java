package io.natsproxy.benchmarks.load;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * A connection that sends one request at a time, always the same.
 */
final class HttpConnection extends ByteToMessageDecoder {

	private final EncodedRequest request;

	private final RepeatedBytes expected;

	private final Listener listener;

	private final ResponseParser parser;

	/**
	 * What is left to be sent of a long body.
	 */
	private long unsent;

	private @Nullable ChannelHandlerContext context;

	private long sentAt;

	private boolean pending;

	/**
	 * Creates a handler for one connection.
	 * @param request what to send
	 * @param expected the body of the response
	 * @param everyByte whether it is compared byte by byte, other than by its length
	 * @param listener is told what comes of it
	 */
	HttpConnection(EncodedRequest request, RepeatedBytes expected, boolean everyByte, Listener listener) {
		this.request = request;
		this.expected = expected;
		this.listener = listener;
		this.parser = new ResponseParser(everyByte ? expected : null);
	}

	@Override
	public void channelActive(ChannelHandlerContext ctx) {
		this.context = ctx;
		this.listener.connected(this);
	}

	/**
	 * Sends the request, when the response to the one before has come.
	 */
	void send() {
		ChannelHandlerContext ctx = this.context;
		if (ctx != null) {
			this.pending = true;
			this.sentAt = System.nanoTime();
			ctx.writeAndFlush(this.request.start(), ctx.voidPromise());
			this.unsent = this.request.rest();
			sendBody(ctx);
		}
	}

	/**
	 * Whether the response to a request has not come.
	 * @return whether it is awaited
	 */
	boolean isPending() {
		return this.pending;
	}

	void close() {
		this.unsent = 0;
		ChannelHandlerContext ctx = this.context;
		if (ctx != null) {
			ctx.close();
		}
	}

	@Override
	public void channelWritabilityChanged(ChannelHandlerContext ctx) {
		sendBody(ctx);
	}

	private void sendBody(ChannelHandlerContext ctx) {
		boolean written = false;
		while (this.unsent > 0 && ctx.channel().isWritable()) {
			ByteBuf part = this.request.part(this.unsent);
			this.unsent -= part.readableBytes();
			ctx.write(part, ctx.voidPromise());
			written = true;
		}
		if (written) {
			ctx.flush();
		}
	}

	@Override
	protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
		while (this.parser.read(in)) {
			if (!this.pending) {
				throw new MalformedResponseException("A response that nothing was asked for");
			}
			this.pending = false;
			String fault = fault();
			if (fault == null) {
				this.listener.succeeded(this, this.sentAt);
			}
			else {
				this.listener.failed(this, fault);
			}
		}
	}

	private @Nullable String fault() {
		if (this.parser.status() != 200) {
			return "answered " + this.parser.status();
		}
		if (this.parser.bodyLength() != this.expected.length()) {
			return "answered " + this.parser.bodyLength() + " bytes in place of " + this.expected.length();
		}
		return this.parser.matches() ? null : "answered other bytes than expected";
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.context = null;
		boolean lost = this.pending;
		this.pending = false;
		this.listener.closed(this, lost);
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		this.context = null;
		if (this.pending) {
			this.pending = false;
			this.listener.failed(this, cause.toString());
		}
		ctx.close();
	}

	/**
	 * Is told, on the event loop, what becomes of requests.
	 */
	interface Listener {

		void connected(HttpConnection connection);

		/**
		 * The response is as expected.
		 * @param connection ready for the next request
		 * @param sentAt when the request was sent, by {@link System#nanoTime()}
		 */
		void succeeded(HttpConnection connection, long sentAt);

		/**
		 * The response is not as expected, or there is none.
		 * @param connection ready for the next request, or about to be closed
		 * @param reason what is wrong
		 */
		void failed(HttpConnection connection, String reason);

		/**
		 * The connection is closed.
		 * @param connection the connection
		 * @param lost whether a response was awaited
		 */
		void closed(HttpConnection connection, boolean lost);

	}

}
