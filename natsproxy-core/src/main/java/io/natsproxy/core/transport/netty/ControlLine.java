package io.natsproxy.core.transport.netty;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The control line of a message: subject, subscription, reply subject and lengths. A lone
 * CR becomes DEL, so that no subject can end a line. One object reads all lines of a
 * connection, one after the other; belongs to the event loop.
 */
final class ControlLine {

	static final byte[] MSG = "MSG ".getBytes(StandardCharsets.US_ASCII);

	static final byte[] HMSG = "HMSG ".getBytes(StandardCharsets.US_ASCII);

	/**
	 * The most digits of an id or a length.
	 */
	private static final int MAX_DIGITS = 10;

	private static final int MAX_TOKENS = 6;

	private static final byte DEL = 0x7F;

	private byte[] bytes = new byte[512];

	private final int[] starts = new int[MAX_TOKENS];

	private final int[] ends = new int[MAX_TOKENS];

	private int tokens;

	private int end;

	private boolean ascii;

	private boolean withHeaders;

	/**
	 * Reads a line.
	 * @param input holds the line, which stays there
	 * @param start where it begins, with MSG or HMSG
	 * @param length its length, its end included
	 * @param withHeaders whether it begins with HMSG
	 * @throws IOException if it is malformed
	 */
	void read(ByteBuf input, int start, int length, boolean withHeaders) throws IOException {
		if (this.bytes.length < length) {
			this.bytes = new byte[length];
		}
		input.getBytes(start, this.bytes, 0, length);
		this.withHeaders = withHeaders;
		this.tokens = 0;
		this.ascii = true;
		int end = (length > 1 && this.bytes[length - 2] == '\r') ? length - 2 : length - 1;
		this.end = end;
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
			if (this.tokens == MAX_TOKENS) {
				throw new IOException("Malformed control line");
			}
			this.starts[this.tokens] = start;
			this.ends[this.tokens] = position;
			this.tokens++;
		}
		return position + 1;
	}

	/**
	 * Returns whether the message has a header block, be it an empty one.
	 */
	boolean isWithHeaders() {
		return this.withHeaders;
	}

	String subject() {
		return text(0);
	}

	@Nullable String replySubject() {
		return (this.tokens == (this.withHeaders ? 5 : 4)) ? text(2) : null;
	}

	/**
	 * Returns the id of a subscription of the transport, or -1 for one of jnats.
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

	/**
	 * Returns the length of the header block, in bytes.
	 */
	long headers() throws IOException {
		return this.withHeaders ? number(this.starts[this.tokens - 2], this.ends[this.tokens - 2]) : 0;
	}

	/**
	 * Returns the length of header block and payload, in bytes.
	 */
	long total() throws IOException {
		return number(this.starts[this.tokens - 1], this.ends[this.tokens - 1]);
	}

	/**
	 * Returns the line, without its end, for jnats.
	 * @return an array that begins with it, valid until the next line is read
	 */
	byte[] bytes() {
		return this.bytes;
	}

	/**
	 * Returns the length of the line, without its end, in bytes.
	 */
	int length() {
		return this.end;
	}

	/**
	 * Returns the line up to the length of its header block, a character for each byte.
	 */
	String upToHeaders() {
		return new String(this.bytes, 0, this.starts[this.tokens - 2], StandardCharsets.ISO_8859_1);
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
