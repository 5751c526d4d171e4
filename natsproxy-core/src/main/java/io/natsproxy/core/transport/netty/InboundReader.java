package io.natsproxy.core.transport.netty;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.transport.jnats.MalformedMessages;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * A parser of what a server sends. Messages of the transport's own subscriptions are read
 * and delivered at once; everything else goes to jnats as it is, but for what that would
 * not survive (see {@link JnatsInput}). A payload is copied once, out of Netty's buffer,
 * however many reads it takes. Belongs to the event loop.
 */
final class InboundReader {

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

	private InboundPart next = InboundPart.CONTROL_LINE;

	/**
	 * The bytes that are left of {@link InboundPart#LINE_END} or
	 * {@link InboundPart#JNATS_PAYLOAD}.
	 */
	private long left;

	private @Nullable IncomingMessage incoming;

	/**
	 * Creates a reader.
	 * @param port is told of what happens, and hands on what is for jnats
	 * @param subscriptions the subscriptions of the transport
	 * @param maxControlLine the longest control line of a message, in bytes
	 */
	InboundReader(NettyDataPort port, NettySubscriptions subscriptions, int maxControlLine) {
		this.port = port;
		this.subscriptions = subscriptions;
		this.maxControlLine = maxControlLine;
	}

	/**
	 * Reads as much as can be told apart; the beginning of a line or of a header block
	 * stays in the input. Whatever it throws, nothing can be read afterwards.
	 */
	void read(Channel channel, ByteBuf input) throws IOException {
		boolean understood = false;
		try {
			readParts(channel, input);
			understood = true;
		}
		finally {
			if (!understood) {
				lose();
			}
		}
	}

	/**
	 * Reads nothing any more: a piece is missing.
	 */
	void lose() {
		this.next = InboundPart.NOTHING;
	}

	/**
	 * Returns whether it is not known any more what follows.
	 */
	boolean isLost() {
		return this.next == InboundPart.NOTHING;
	}

	/**
	 * Returns whether a line comes next.
	 */
	boolean isBetweenMessages() {
		return this.next == InboundPart.CONTROL_LINE;
	}

	/**
	 * Takes out what is for jnats.
	 * @return the bytes, {@code null} if there are none
	 */
	byte @Nullable [] takeForJnats() {
		return this.forJnats.take();
	}

	private void readParts(Channel channel, ByteBuf input) throws IOException {
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
			expect(InboundPart.LINE_END, 2);
			if (incoming != null) {
				incoming.deliver(this.port);
			}
		}
	}

	private void expect(InboundPart part, long length) {
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
			this.next = InboundPart.CONTROL_LINE;
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
			expect(InboundPart.JNATS_PAYLOAD, total - headers + 2);
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
		this.next = InboundPart.PAYLOAD;
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

}
