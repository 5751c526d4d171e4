package io.natsproxy.benchmarks.load;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP/1.1 responses one after the other, and no more of them than it takes to find
 * their end and to compare them with what is expected.
 */
final class ResponseParser {

	private enum State {

		STATUS, FIELDS, BODY, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILERS

	}

	private static final ByteBuf VERSION = Unpooled.copiedBuffer("HTTP/1.1 ", StandardCharsets.US_ASCII);

	private static final int VERSION_LENGTH = VERSION.readableBytes();

	private static final int NO_LENGTH = -1;

	private static final int CHUNKED = -2;

	private final @Nullable RepeatedBytes expected;

	private State state = State.STATUS;

	private int status;

	/**
	 * What is left of the body or of the chunk.
	 */
	private long remaining;

	private long bodyLength;

	private boolean matches = true;

	/**
	 * Creates a parser.
	 * @param expected the body to compare with, byte by byte; {@code null} to count only
	 */
	ResponseParser(@Nullable RepeatedBytes expected) {
		this.expected = expected;
	}

	/**
	 * Consumes what can be read.
	 * @param in what has come; an incomplete line is left in it
	 * @return whether a response has ended, before anything of the next one is read
	 * @throws MalformedResponseException if it is no response
	 */
	boolean read(ByteBuf in) {
		while (in.isReadable()) {
			boolean ended;
			if (this.state == State.BODY || this.state == State.CHUNK) {
				ended = readContent(in);
			}
			else {
				int length = in.bytesBefore((byte) '\n');
				if (length < 0) {
					return false;
				}
				int start = in.readerIndex();
				in.skipBytes(length + 1);
				boolean carriageReturn = length > 0 && in.getByte(start + length - 1) == '\r';
				ended = readLine(in, start, carriageReturn ? length - 1 : length);
			}
			if (ended) {
				this.state = State.STATUS;
				return true;
			}
		}
		return false;
	}

	int status() {
		return this.status;
	}

	/**
	 * Returns the length of the body, without the framing of chunks.
	 * @return what has come of it
	 */
	long bodyLength() {
		return this.bodyLength;
	}

	/**
	 * Whether the body was the expected one, as far as it came.
	 * @return {@code true} also when nothing is compared
	 */
	boolean matches() {
		return this.matches;
	}

	private boolean readContent(ByteBuf in) {
		int length = (int) Math.min(this.remaining, in.readableBytes());
		if (this.expected != null && this.matches) {
			this.matches = this.expected.matches(this.bodyLength, in, in.readerIndex(), length);
		}
		in.skipBytes(length);
		this.bodyLength += length;
		this.remaining -= length;
		if (this.remaining > 0) {
			return false;
		}
		if (this.state == State.CHUNK) {
			this.state = State.CHUNK_END;
			return false;
		}
		return true;
	}

	private boolean readLine(ByteBuf in, int start, int length) {
		switch (this.state) {
			case STATUS -> readStatus(in, start, length);
			case FIELDS -> {
				return (length == 0) ? endHead() : readField(in, start, length);
			}
			case CHUNK_SIZE -> readChunkSize(in, start, length);
			case CHUNK_END -> {
				this.state = State.CHUNK_SIZE;
			}
			case TRAILERS -> {
				return length == 0;
			}
			default -> throw new IllegalStateException(this.state.toString());
		}
		return false;
	}

	private void readStatus(ByteBuf in, int start, int length) {
		int digits = start + VERSION_LENGTH;
		boolean valid = length >= VERSION_LENGTH + 3 && ByteBufUtil.equals(in, start, VERSION, 0, VERSION_LENGTH);
		if (!valid) {
			throw new MalformedResponseException("Not the status line of an HTTP/1.1 response: "
					+ in.toString(start, length, StandardCharsets.ISO_8859_1));
		}
		this.status = (in.getByte(digits) - '0') * 100 + (in.getByte(digits + 1) - '0') * 10 + in.getByte(digits + 2)
				- '0';
		this.remaining = NO_LENGTH;
		this.bodyLength = 0;
		this.matches = true;
		this.state = State.FIELDS;
	}

	private boolean readField(ByteBuf in, int start, int length) {
		int first = in.getByte(start) | 0x20;
		if (first == 'c' || first == 't') {
			String line = in.toString(start, length, StandardCharsets.ISO_8859_1);
			int colon = line.indexOf(':');
			String name = (colon > 0) ? line.substring(0, colon) : "";
			if (name.equalsIgnoreCase("Content-Length")) {
				this.remaining = Long.parseLong(line.substring(colon + 1).trim());
			}
			else if (name.equalsIgnoreCase("Transfer-Encoding")) {
				this.remaining = CHUNKED;
			}
		}
		return false;
	}

	private boolean endHead() {
		if (this.status == 101 || this.status == 204 || this.status == 304) {
			return true;
		}
		if (this.status < 200) {
			this.state = State.STATUS;
			return false;
		}
		if (this.remaining == NO_LENGTH) {
			throw new MalformedResponseException("Neither Content-Length nor Transfer-Encoding");
		}
		this.state = (this.remaining == CHUNKED) ? State.CHUNK_SIZE : State.BODY;
		return this.remaining == 0;
	}

	private void readChunkSize(ByteBuf in, int start, int length) {
		String line = in.toString(start, length, StandardCharsets.ISO_8859_1);
		int extension = line.indexOf(';');
		this.remaining = Long.parseLong(((extension >= 0) ? line.substring(0, extension) : line).trim(), 16);
		this.state = (this.remaining == 0) ? State.TRAILERS : State.CHUNK;
	}

}
