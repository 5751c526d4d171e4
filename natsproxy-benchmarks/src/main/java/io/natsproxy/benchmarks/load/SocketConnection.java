package io.natsproxy.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket.
 */
final class SocketConnection extends ByteToMessageDecoder {

	private final String handshake;

	private final Listener listener;

	private final ResponseParser parser = new ResponseParser(null);

	private @Nullable ChannelHandlerContext context;

	private boolean open;

	private String reason = "closed the connection";

	/**
	 * When the operation that goes on began, by {@link System#nanoTime()}; 0 for none.
	 */
	private long begunAt;

	SocketConnection(Target target, String path, Listener listener) {
		this.handshake = "GET " + path + " HTTP/1.1\r\nHost: " + target.authority()
				+ "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
				+ "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
		this.listener = listener;
	}

	/**
	 * Sends a frame and notes the time.
	 * @param frame the frame
	 */
	void send(ByteBuf frame) {
		ChannelHandlerContext ctx = this.context;
		if (ctx != null) {
			this.begunAt = System.nanoTime();
			ctx.writeAndFlush(frame.duplicate(), ctx.voidPromise());
		}
	}

	/**
	 * Ends the operation that {@link #send} began.
	 * @return when it began, by {@link System#nanoTime()}; 0 if there is none
	 */
	long end() {
		long begunAt = this.begunAt;
		this.begunAt = 0;
		return begunAt;
	}

	boolean isPending() {
		return this.begunAt != 0;
	}

	void close() {
		ChannelHandlerContext ctx = this.context;
		if (ctx != null) {
			ctx.close();
		}
	}

	@Override
	public void channelActive(ChannelHandlerContext ctx) {
		this.context = ctx;
		ctx.writeAndFlush(Unpooled.copiedBuffer(this.handshake, StandardCharsets.US_ASCII), ctx.voidPromise());
	}

	@Override
	protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
		if (!this.open) {
			readHandshake(in);
		}
		SocketFrames.Frame frame = this.open ? SocketFrames.read(in) : null;
		while (frame != null) {
			received(ctx, frame);
			frame = SocketFrames.read(in);
		}
	}

	private void readHandshake(ByteBuf in) {
		if (this.parser.read(in)) {
			if (this.parser.status() != 101) {
				throw new MalformedResponseException("answered " + this.parser.status() + " to the handshake");
			}
			this.open = true;
			this.listener.opened(this);
		}
	}

	private void received(ChannelHandlerContext ctx, SocketFrames.Frame frame) {
		switch (frame.opcode()) {
			case SocketFrames.TEXT -> this.listener.received(this, frame.payload());
			case SocketFrames.PING -> ctx.writeAndFlush(SocketFrames.pong(frame.payload()), ctx.voidPromise());
			case SocketFrames.CLOSE -> {
				this.reason = "closed the socket, code "
						+ ((frame.payload().readableBytes() >= 2) ? frame.payload().getUnsignedShort(0) : "missing");
				ctx.close();
			}
			default -> {
				// A pong that nobody asked for may come at any time.
			}
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.context = null;
		this.begunAt = 0;
		this.listener.closed(this, this.reason);
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		Throwable root = (cause.getCause() != null) ? cause.getCause() : cause;
		this.reason = (root instanceof MalformedResponseException) ? String.valueOf(root.getMessage())
				: root.toString();
		ctx.close();
	}

	/**
	 * Is told, on the event loop, what becomes of a socket.
	 */
	interface Listener {

		void opened(SocketConnection connection);

		/**
		 * A text has come.
		 * @param connection the socket
		 * @param text the text, valid during the call
		 */
		void received(SocketConnection connection, ByteBuf text);

		/**
		 * The socket is closed.
		 * @param connection the socket
		 * @param reason why
		 */
		void closed(SocketConnection connection, String reason);

	}

}
