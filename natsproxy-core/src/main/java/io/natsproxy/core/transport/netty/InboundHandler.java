package io.natsproxy.core.transport.netty;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.jnats.MalformedMessages;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Follows what a server sends. Messages of the transport's own subscriptions are read and
 * delivered at once, on the event loop; everything else goes to jnats as it is. A payload
 * is copied once, out of Netty's buffer, however many reads it takes.
 */
final class InboundHandler extends ChannelInboundHandlerAdapter {

	/**
	 * INFO is the one long line, with an address for every server of a cluster.
	 */
	private static final int MAX_LINE = 1024 * 1024;

	private static final int SLACK = 64 * 1024;

	/**
	 * Of the largest number that is an id or a length.
	 */
	private static final int MAX_DIGITS = 10;

	private static final byte DEL = 0x7F;

	private static final byte[] MSG = "MSG ".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] HMSG = "HMSG ".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] PONG = "PONG".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] PING = "PING".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] ERR = "-ERR ".getBytes(StandardCharsets.US_ASCII);

	private final NettyDataPort port;

	private final NettySubscriptions subscriptions;

	private final int maxControlLine;

	private final HeaderReader headerReader = new HeaderReader();

	private final ByteArrayOutputStream forJnats = new ByteArrayOutputStream();

	private final ControlLine line = new ControlLine();

	private byte[] headerBytes = new byte[1024];

	private @Nullable ByteBuf held;

	/** How much of what follows belongs to a message for jnats. */
	private long passing;

	/** How much of what follows is the line end behind a payload. */
	private int skipping;

	private @Nullable Incoming incoming;

	/** Whether it is not known any more what follows. */
	private boolean broken;

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
		if (this.broken) {
			input.release();
			context.close();
			return;
		}
		this.broken = true;
		if (this.held != null) {
			// Releases the new one whatever happens.
			input = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), this.held, input);
			this.held = null;
		}
		boolean keep = false;
		try {
			read(context.channel(), input);
			keep = input.isReadable();
			this.broken = false;
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
			Incoming incoming = this.incoming;
			if (incoming != null) {
				if (incoming.fill(input)) {
					this.incoming = null;
					this.skipping = 2;
					incoming.deliver(this.port);
				}
			}
			else if (this.skipping > 0) {
				int skipped = Math.min(this.skipping, input.readableBytes());
				input.skipBytes(skipped);
				this.skipping -= skipped;
			}
			else if (this.passing > 0) {
				int passed = (int) Math.min(this.passing, input.readableBytes());
				pass(input, passed);
				this.passing -= passed;
			}
			else if (!readUnit(channel, input)) {
				return;
			}
		}
	}

	private void pass(ByteBuf input, int length) throws IOException {
		input.readBytes(this.forJnats, length);
	}

	/**
	 * Reads a line, and the headers that belong to it.
	 * @return whether there was one
	 */
	private boolean readUnit(Channel channel, ByteBuf input) throws IOException {
		int start = input.readerIndex();
		int lineFeed = input.indexOf(start, input.writerIndex(), (byte) '\n');
		if (lineFeed < 0) {
			if (input.readableBytes() > MAX_LINE) {
				throw new IOException("Control line without an end");
			}
			return false;
		}
		int length = lineFeed + 1 - start;
		boolean withHeaders = startsWith(input, start, length, HMSG);
		if (withHeaders || startsWith(input, start, length, MSG)) {
			if (length > this.maxControlLine) {
				throw new IOException("Control line of " + length + " bytes, longer than " + this.maxControlLine);
			}
			this.line.read(input, start, length, withHeaders);
			return readMessage(input, length);
		}
		boolean pong = startsWith(input, start, length, PONG);
		boolean ping = startsWith(input, start, length, PING);
		String error = startsWith(input, start, length, ERR)
				? input.toString(start + ERR.length, length - ERR.length, StandardCharsets.UTF_8).strip() : null;
		pass(input, length);
		if (pong) {
			this.port.onPong(channel);
		}
		else if (ping) {
			this.port.onPing(channel);
		}
		else if (error != null) {
			this.port.onError(error);
		}
		return true;
	}

	private boolean readMessage(ByteBuf input, int lineLength) throws IOException {
		int id = this.line.subscription();
		if (id < 0) {
			this.passing = lineLength + this.line.total() + 2;
			return true;
		}
		if (!this.port.isLoggedIn()) {
			throw new IOException("A message came before the log-in");
		}
		long limit = Math.max(this.port.maxPayload(), 0) + SLACK;
		if (this.line.total() > limit || this.line.headers() > this.line.total()) {
			throw new IOException("Message of " + this.line.total() + " bytes, with headers of " + this.line.headers());
		}
		int headers = (int) this.line.headers();
		if (input.readableBytes() - lineLength < headers) {
			return false;
		}
		input.skipBytes(lineLength);
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
		byte[] payload = new byte[(int) this.line.total() - headers];
		this.incoming = new Incoming(this.subscriptions.find(id), subject, this.line.replySubject(), read, status,
				payload);
		if (payload.length == 0) {
			Incoming complete = this.incoming;
			this.incoming = null;
			this.skipping = 2;
			complete.deliver(this.port);
		}
		return true;
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
		return this.held == null && this.incoming == null && this.passing == 0 && this.skipping == 0;
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
		if (this.forJnats.size() > 0) {
			this.port.pass(this.forJnats.toByteArray());
			this.forJnats.reset();
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
	 * Whatever has failed, the connection is made anew.
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
	 * Netty may end one direction only when something cannot be written.
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
	 * A message whose payload is being read.
	 */
	private static final class Incoming {

		private final @Nullable NettySubscription subscription;

		private final TransportMessage message;

		private int filled;

		Incoming(@Nullable NettySubscription subscription, String subject, @Nullable String replySubject,
				@Nullable NatsHeaders headers, int status, byte[] payload) {
			this.subscription = subscription;
			this.message = new TransportMessage(subject, replySubject, headers, status, payload);
		}

		boolean fill(ByteBuf input) {
			byte[] payload = this.message.payload();
			int read = Math.min(payload.length - this.filled, input.readableBytes());
			input.readBytes(payload, this.filled, read);
			this.filled += read;
			return this.filled == payload.length;
		}

		void deliver(NettyDataPort port) {
			if (this.subscription != null) {
				port.deliver(this.subscription, this.message);
			}
		}

	}

	/**
	 * The control line of a message: subject, subscription, reply subject and lengths. A
	 * lone CR becomes DEL, so that no subject can end a line.
	 */
	private static final class ControlLine {

		private byte[] bytes = new byte[512];

		private final int[] starts = new int[6];

		private final int[] ends = new int[6];

		private int tokens;

		private boolean ascii;

		private boolean withHeaders;

		void read(ByteBuf input, int start, int length, boolean withHeaders) throws IOException {
			if (this.bytes.length < length) {
				this.bytes = new byte[length];
			}
			input.getBytes(start, this.bytes, 0, length);
			this.withHeaders = withHeaders;
			this.tokens = 0;
			this.ascii = true;
			int end = (length > 1 && this.bytes[length - 2] == '\r') ? length - 2 : length - 1;
			int position = withHeaders ? HMSG.length : MSG.length;
			while (position < end) {
				position = token(position, end);
			}
			if (this.tokens < (withHeaders ? 4 : 3) || this.tokens > (withHeaders ? 5 : 4)) {
				throw new IOException("Malformed control line");
			}
		}

		private int token(int start, int end) throws IOException {
			int position = start;
			while (position < end && this.bytes[position] != ' ') {
				byte character = this.bytes[position];
				if (character < 0) {
					this.ascii = false;
				}
				else if (character == '\r') {
					this.bytes[position] = DEL;
				}
				position++;
			}
			if (position > start) {
				if (this.tokens == this.starts.length) {
					throw new IOException("Malformed control line");
				}
				this.starts[this.tokens] = start;
				this.ends[this.tokens] = position;
				this.tokens++;
			}
			return position + 1;
		}

		String subject() {
			return text(0);
		}

		@Nullable String replySubject() {
			return (this.tokens == (this.withHeaders ? 5 : 4)) ? text(2) : null;
		}

		/**
		 * The id of a subscription of the transport, or -1 for one of jnats.
		 */
		int subscription() throws IOException {
			if (this.bytes[this.starts[1]] != NettySubscription.ID_PREFIX) {
				return -1;
			}
			long id = number(this.starts[1] + 1, this.ends[1]);
			if (id > Integer.MAX_VALUE) {
				throw new IOException("No id of a subscription in a control line");
			}
			return (int) id;
		}

		long headers() throws IOException {
			return this.withHeaders ? number(this.starts[this.tokens - 2], this.ends[this.tokens - 2]) : 0;
		}

		long total() throws IOException {
			return number(this.starts[this.tokens - 1], this.ends[this.tokens - 1]);
		}

		private String text(int token) {
			return new String(this.bytes, this.starts[token], this.ends[token] - this.starts[token],
					this.ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
		}

		private long number(int start, int end) throws IOException {
			long number = 0;
			for (int i = start; i < end; i++) {
				int digit = this.bytes[i] - '0';
				if (digit < 0 || digit > 9 || end - start > MAX_DIGITS) {
					throw new IOException("Not a number in a control line");
				}
				number = number * 10 + digit;
			}
			return number;
		}

	}

}
