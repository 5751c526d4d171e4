package io.natsproxy.core.transport.netty;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.transport.jnats.MalformedMessages;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * The reader of what a server sends. Messages of the transport's own subscriptions are
 * read and delivered at once, on the event loop; everything else goes to jnats as it is,
 * but for what that would not survive (see {@link JnatsInput}). A payload is copied once,
 * out of Netty's buffer, however many reads it takes.
 */
final class InboundHandler extends ChannelInboundHandlerAdapter {

	/**
	 * INFO is the one long line, with an address for every server of a cluster.
	 */
	private static final int MAX_LINE = 1024 * 1024;

	private static final int SLACK = 64 * 1024;

	private static final byte[] PONG = "PONG".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] PING = "PING".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] ERR = "-ERR ".getBytes(StandardCharsets.US_ASCII);

	private final NettyDataPort port;

	private final NettySubscriptions subscriptions;

	private final int maxControlLine;

	private final HeaderReader headerReader = new HeaderReader();

	private final JnatsInput forJnats = new JnatsInput();

	private final ControlLine line = new ControlLine();

	private byte[] headerBytes = new byte[1024];

	private Part next = Part.CONTROL_LINE;

	/**
	 * The bytes that are left of {@link Part#LINE_END} or {@link Part#JNATS_PAYLOAD}.
	 */
	private long left;

	private @Nullable IncomingMessage incoming;

	private @Nullable ByteBuf held;

	/**
	 * Creates a handler.
	 * @param port is told of what happens, and hands on what is for jnats
	 * @param subscriptions the subscriptions of the transport
	 * @param maxControlLine the longest control line of a message, in bytes
	 */
	InboundHandler(NettyDataPort port, NettySubscriptions subscriptions, int maxControlLine) {
		this.port = port;
		this.subscriptions = subscriptions;
		this.maxControlLine = maxControlLine;
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
		this.port.onRead();
		ByteBuf input = (ByteBuf) message;
		if (this.next == Part.NOTHING) {
			input.release();
			context.close();
			return;
		}
		boolean understood = false;
		try {
			readAndKeep(context, input);
			understood = true;
		}
		finally {
			if (!understood) {
				this.next = Part.NOTHING;
			}
		}
	}

	private void readAndKeep(ChannelHandlerContext context, ByteBuf message) throws IOException {
		ByteBuf input = message;
		if (this.held != null) {
			// Releases the new one whatever happens.
			input = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), this.held, message);
			this.held = null;
		}
		boolean keep = false;
		try {
			read(context.channel(), input);
			keep = input.isReadable();
		}
		finally {
			if (keep) {
				this.held = input;
			}
			else {
				input.release();
			}
		}
	}

	private void read(Channel channel, ByteBuf input) throws IOException {
		while (input.isReadable()) {
			switch (this.next) {
				case CONTROL_LINE -> {
					if (!readLine(channel, input)) {
						return;
					}
				}
				case PAYLOAD -> readPayload(input);
				case LINE_END -> input.skipBytes(take(input));
				case JNATS_PAYLOAD -> this.forJnats.pass(input, take(input));
				case NOTHING -> throw new IllegalStateException("Nothing is to be read");
			}
		}
	}

	private void readPayload(ByteBuf input) {
		IncomingMessage incoming = this.incoming;
		if (incoming == null || incoming.fill(input)) {
			this.incoming = null;
			expect(Part.LINE_END, 2);
			if (incoming != null) {
				incoming.deliver(this.port);
			}
		}
	}

	private void expect(Part part, long length) {
		this.next = part;
		this.left = length;
	}

	/**
	 * Returns how much of the part there is, which is going to be read.
	 */
	private int take(ByteBuf input) {
		int taken = (int) Math.min(this.left, input.readableBytes());
		this.left -= taken;
		if (this.left == 0) {
			this.next = Part.CONTROL_LINE;
		}
		return taken;
	}

	/**
	 * Reads a line, and the header block that belongs to it.
	 * @return whether there was one
	 */
	private boolean readLine(Channel channel, ByteBuf input) throws IOException {
		int start = input.readerIndex();
		int lineFeed = input.indexOf(start, input.writerIndex(), (byte) '\n');
		if (lineFeed < 0) {
			if (input.readableBytes() > MAX_LINE) {
				throw new IOException("Control line without an end");
			}
			return false;
		}
		int length = lineFeed + 1 - start;
		boolean withHeaders = startsWith(input, start, length, ControlLine.HMSG);
		if (withHeaders || startsWith(input, start, length, ControlLine.MSG)) {
			if (length > this.maxControlLine) {
				throw new IOException("Control line of " + length + " bytes, longer than " + this.maxControlLine);
			}
			this.line.read(input, start, length, withHeaders);
			return readMessage(input, length);
		}
		readOther(channel, input, length);
		return true;
	}

	private void readOther(Channel channel, ByteBuf input, int length) throws IOException {
		int start = input.readerIndex();
		if (startsWith(input, start, length, ERR)) {
			String error = input.toString(start + ERR.length, length - ERR.length, StandardCharsets.UTF_8).strip();
			this.forJnats.error(input, length);
			this.port.onError(error);
			return;
		}
		boolean pong = startsWith(input, start, length, PONG);
		boolean ping = startsWith(input, start, length, PING);
		this.forJnats.pass(input, length);
		if (pong) {
			this.port.onPong(channel);
		}
		else if (ping) {
			this.port.onPing(channel);
		}
	}

	private boolean readMessage(ByteBuf input, int lineLength) throws IOException {
		int id = this.line.subscription();
		long headers = this.line.headers();
		long total = this.line.total();
		long limit = Math.max(this.port.maxPayload(), 0) + SLACK;
		if (id >= 0 && !this.port.isLoggedIn()) {
			throw new IOException("A message came before the log-in");
		}
		// A payload for jnats is not held here.
		if ((id >= 0 && total > limit) || headers > limit || headers > total) {
			throw new IOException("Message of " + total + " bytes, with headers of " + headers);
		}
		if (input.readableBytes() - lineLength < headers) {
			return false;
		}
		input.skipBytes(lineLength);
		if (id >= 0) {
			beginMessage(id, input, (int) headers, (int) (total - headers));
		}
		else {
			this.forJnats.message(this.line, input, (int) headers, total - headers);
			expect(Part.JNATS_PAYLOAD, total - headers + 2);
		}
		return true;
	}

	private void beginMessage(int id, ByteBuf input, int headers, int length) {
		String subject = this.line.subject();
		NatsHeaders read = null;
		int status = 0;
		if (headers > 0) {
			if (!readHeaders(input, headers)) {
				MalformedMessages.report(subject);
			}
			read = this.headerReader.headers();
			status = this.headerReader.status();
		}
		this.incoming = new IncomingMessage(this.subscriptions.find(id), subject, this.line.replySubject(), read,
				status, new byte[length]);
		this.next = Part.PAYLOAD;
		if (length == 0) {
			readPayload(input);
		}
	}

	private boolean readHeaders(ByteBuf input, int length) {
		if (this.headerBytes.length < length) {
			this.headerBytes = new byte[length];
		}
		input.readBytes(this.headerBytes, 0, length);
		return this.headerReader.read(this.headerBytes, length);
	}

	/**
	 * Whether all that has come has been handed on.
	 */
	boolean isIdle() {
		return this.held == null && this.next == Part.CONTROL_LINE;
	}

	private static boolean startsWith(ByteBuf input, int start, int length, byte[] prefix) {
		if (length < prefix.length) {
			return false;
		}
		for (int i = 0; i < prefix.length; i++) {
			if (input.getByte(start + i) != prefix[i]) {
				return false;
			}
		}
		return true;
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext context) {
		byte[] bytes = this.forJnats.take();
		if (bytes != null) {
			this.port.pass(bytes);
		}
		context.fireChannelReadComplete();
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		try {
			channelReadComplete(context);
		}
		finally {
			this.port.onEnd(null);
		}
	}

	/**
	 * Ends the connection, whatever has failed, so that it is made anew.
	 */
	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
		try {
			this.port.onEnd((cause instanceof IOException ex) ? ex : new IOException(cause));
		}
		finally {
			context.close();
		}
	}

	/**
	 * Closes a connection of which Netty has ended one direction only, because something
	 * could not be written.
	 */
	@Override
	public void userEventTriggered(ChannelHandlerContext context, Object event) {
		if (event instanceof ChannelOutputShutdownEvent) {
			context.close();
		}
		context.fireUserEventTriggered(event);
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext context) {
		ByteBuf held = this.held;
		this.held = null;
		if (held != null) {
			held.release();
		}
	}

	/**
	 * The parts of what a server sends, of which one is read next:
	 *
	 * <pre>
	 *            message of the transport             all of it, delivered
	 * CONTROL_LINE ──────────────────────▶ PAYLOAD ──────────────────────▶ LINE_END
	 *   ▲ │  ▲ └─────────────────────────────────────────────────────────────┐ │
	 *   │ │  └──────────────────── none of it left ────────────────────────┐ │ │
	 *   │ │ message of jnats                                               │ │ │
	 *   │ └──────────────────────────────────────────────▶ JNATS_PAYLOAD ──┘ │ │
	 *   └────────────────────────────── none of it left ─────────────────────┘─┘
	 *
	 * any ─── something is thrown ──▶ NOTHING
	 * </pre>
	 *
	 * Lines that are no message lead from CONTROL_LINE to CONTROL_LINE.
	 */
	private enum Part {

		/**
		 * A line, and the header block that belongs to it.
		 */
		CONTROL_LINE,

		/**
		 * The payload of a message of the transport.
		 */
		PAYLOAD,

		/**
		 * The line end behind a payload.
		 */
		LINE_END,

		/**
		 * The payload of a message of jnats, and the line end behind it.
		 */
		JNATS_PAYLOAD,

		/**
		 * It is not known any more what follows: the connection is closed.
		 */
		NOTHING

	}

}
