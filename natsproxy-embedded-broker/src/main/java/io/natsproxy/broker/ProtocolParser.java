package io.natsproxy.broker;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ByteProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Turns what one client sends into calls of a {@link Handler}, however the bytes are cut.
 * <p>
 * What it keeps is bounded: at most a control line, and at most one payload that has not
 * arrived in one piece. Used by one thread at a time. After a {@link ProtocolException}
 * it must not be used any more, other than to {@link #close()} it.
 */
final class ProtocolParser {

	private static final int LINE_END = 2;

	private static final int FIRST_ALLOCATION = 64 * 1024;

	private final ByteBufAllocator allocator;

	private final int maxControlLine;

	private final Handler handler;

	private State state = State.NAME;

	private int name = Operation.Names.START;

	private Operation operation = Operation.PING;

	private byte[] line = new byte[256];

	private int lineLength;

	private @Nullable Publication publication;

	/** The part of a payload that has arrived, where it has not arrived in one piece. */
	private @Nullable ByteBuf partial;

	ProtocolParser(ByteBufAllocator allocator, int maxControlLine, Handler handler) {
		this.allocator = allocator;
		this.maxControlLine = maxControlLine;
		this.handler = handler;
	}

	/**
	 * Reads all that is in the buffer. The caller keeps its reference.
	 * @throws ProtocolException if the connection is to be closed
	 */
	void parse(ByteBuf in) throws ProtocolException {
		while (in.isReadable()) {
			switch (this.state) {
				case NAME -> readName(in);
				case SPACE_REQUIRED -> readFirstSpace(in);
				case SPACE -> skipSpace(in);
				case LINE -> readLine(in);
				case IGNORED_LINE -> skipLine(in);
				case PAYLOAD -> readPayload(in);
			}
		}
	}

	/**
	 * Releases what is kept.
	 */
	void close() {
		if (this.partial != null) {
			this.partial.release();
			this.partial = null;
		}
	}

	private void readName(ByteBuf in) throws ProtocolException {
		byte b = in.readByte();
		if (this.name == Operation.Names.START && b != 'C' && b != 'c' && this.handler.isAwaitingConnect()) {
			throw new ProtocolException(ProtocolError.AUTHORIZATION_VIOLATION);
		}
		this.name = Operation.Names.next(this.name, b);
		if (this.name == Operation.Names.UNKNOWN) {
			throw new ProtocolException(ProtocolError.UNKNOWN_OPERATION);
		}
		Operation complete = Operation.Names.complete(this.name);
		if (complete != null) {
			this.name = Operation.Names.START;
			this.operation = complete;
			this.state = switch (complete.line()) {
				case IGNORED -> State.IGNORED_LINE;
				case SPACE_AND_ARGUMENTS -> State.SPACE_REQUIRED;
				case OPTIONAL_SPACE_AND_ARGUMENTS -> State.SPACE;
			};
		}
	}

	private void readFirstSpace(ByteBuf in) throws ProtocolException {
		byte b = in.readByte();
		if (b != ' ' && b != '\t') {
			throw new ProtocolException(ProtocolError.UNKNOWN_OPERATION);
		}
		this.state = State.SPACE;
	}

	private void skipSpace(ByteBuf in) {
		int end = in.forEachByte(ByteProcessor.FIND_NON_LINEAR_WHITESPACE);
		if (end < 0) {
			in.skipBytes(in.readableBytes());
			return;
		}
		in.readerIndex(end);
		this.state = State.LINE;
	}

	private void readLine(ByteBuf in) throws ProtocolException {
		int lineFeed = in.bytesBefore((byte) '\n');
		int available = (lineFeed >= 0) ? lineFeed : in.readableBytes();
		// One byte more than the limit may be the carriage return of the line's end.
		int accepted = Math.min(available, this.maxControlLine + 1 - this.lineLength);
		if (this.line.length < this.lineLength + accepted) {
			this.line = Arrays.copyOf(this.line, Math.max(this.lineLength + accepted, this.line.length * 2));
		}
		in.readBytes(this.line, this.lineLength, accepted);
		this.lineLength += accepted;
		boolean carriageReturn = this.lineLength > 0 && this.line[this.lineLength - 1] == '\r';
		int length = carriageReturn ? this.lineLength - 1 : this.lineLength;
		if (accepted < available || length > this.maxControlLine) {
			throw new ProtocolException(ProtocolError.MAXIMUM_CONTROL_LINE);
		}
		if (lineFeed >= 0) {
			in.skipBytes(1);
			this.lineLength = 0;
			this.state = State.NAME;
			handleLine(length);
		}
	}

	private void skipLine(ByteBuf in) {
		int lineFeed = in.bytesBefore((byte) '\n');
		if (lineFeed < 0) {
			in.skipBytes(in.readableBytes());
			return;
		}
		in.skipBytes(lineFeed + 1);
		this.state = State.NAME;
		if (this.operation == Operation.PING) {
			this.handler.ping();
		}
		else if (this.operation == Operation.PONG) {
			this.handler.pong();
		}
	}

	private void handleLine(int length) throws ProtocolException {
		switch (this.operation) {
			case CONNECT -> this.handler.connect(new String(this.line, 0, length, StandardCharsets.UTF_8));
			case SUB -> subscribe(Arguments.split(this.line, length));
			case UNSUB -> unsubscribe(Arguments.split(this.line, length));
			case PUB, HPUB -> {
				this.publication = Arguments.publication(this.line, length, this.operation == Operation.HPUB);
				this.handler.publishing(this.publication, this.operation == Operation.HPUB);
				this.state = State.PAYLOAD;
			}
			case ERR -> throw new ProtocolException(ProtocolError.MALFORMED);
			case INFO, PING, PONG, OK -> {
			}
		}
	}

	private void subscribe(List<String> arguments) throws ProtocolException {
		switch (arguments.size()) {
			case 2 -> this.handler.subscribe(arguments.get(0), null, arguments.get(1));
			case 3 -> this.handler.subscribe(arguments.get(0), arguments.get(1), arguments.get(2));
			default -> throw new ProtocolException(ProtocolError.MALFORMED);
		}
	}

	private void unsubscribe(List<String> arguments) throws ProtocolException {
		switch (arguments.size()) {
			case 1 -> this.handler.unsubscribe(arguments.get(0), 0);
			case 2 -> this.handler.unsubscribe(arguments.get(0), Math.max(0, Arguments.size(arguments.get(1))));
			default -> throw new ProtocolException(ProtocolError.MALFORMED);
		}
	}

	private void readPayload(ByteBuf in) throws ProtocolException {
		Publication publication = this.publication;
		if (publication == null) {
			throw new IllegalStateException("A payload without a control line");
		}
		int total = publication.size() + LINE_END;
		if (this.partial == null && in.readableBytes() >= total) {
			checkLineEnd(in, in.readerIndex(), publication.size(), total);
			ByteBuf payload = in.readSlice(total);
			payloadComplete();
			this.handler.publish(publication, payload);
			return;
		}
		if (this.partial == null) {
			this.partial = this.allocator.buffer(Math.min(total, FIRST_ALLOCATION), total);
		}
		ByteBuf partial = this.partial;
		in.readBytes(partial, readable(in, total - partial.readableBytes(), partial));
		checkLineEnd(partial, 0, publication.size(), partial.readableBytes());
		if (partial.readableBytes() == total) {
			payloadComplete();
			try {
				this.handler.publish(publication, partial);
			}
			finally {
				partial.release();
			}
		}
	}

	private static int readable(ByteBuf in, int wanted, ByteBuf target) {
		int length = Math.min(wanted, in.readableBytes());
		target.ensureWritable(length);
		return length;
	}

	private void payloadComplete() {
		this.partial = null;
		this.publication = null;
		this.state = State.NAME;
	}

	private static void checkLineEnd(ByteBuf buffer, int start, int size, int available) throws ProtocolException {
		if ((available > size && buffer.getByte(start + size) != '\r')
				|| (available > size + 1 && buffer.getByte(start + size + 1) != '\n')) {
			throw new ProtocolException(ProtocolError.UNKNOWN_OPERATION);
		}
	}

	private enum State {

		NAME, SPACE_REQUIRED, SPACE, LINE, IGNORED_LINE, PAYLOAD

	}

	/**
	 * Does what a client asks for. Every method may refuse with a
	 * {@link ProtocolException}, which ends the connection.
	 */
	interface Handler {

		/**
		 * Returns whether only a {@code CONNECT} is acceptable now.
		 */
		boolean isAwaitingConnect();

		void connect(String json) throws ProtocolException;

		void ping();

		void pong();

		void subscribe(String subject, @Nullable String queue, String sid);

		/**
		 * Ends a subscription.
		 * @param max the number of deliveries, counted from its beginning, after which it
		 * ends; 0 for at once
		 */
		void unsubscribe(String sid, int max);

		/**
		 * The control line of a message has been read, its payload has not.
		 */
		void publishing(Publication publication, boolean headers) throws ProtocolException;

		/**
		 * A message has been read.
		 * @param payload header block, payload and the line's end; the handler retains
		 * what it keeps
		 */
		void publish(Publication publication, ByteBuf payload);

	}

}
