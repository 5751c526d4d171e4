package io.natsproxy.core.transport.jnats;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * A filter between a blocking socket of jnats and its reader, which follows what a server
 * sends and takes out what jnats would not survive. A message is looked at from its
 * control line to the end of its header block, its payload is skipped by length: nothing
 * of it is scanned or copied.
 *
 * <p>
 * A malformed header block becomes one of the same length with the only header
 * {@value io.natsproxy.core.wire.WireProtocol#MALFORMED_HEADER}; where it is too short
 * for that, the control line is rewritten for a longer one. A lone CR within a control
 * line becomes DEL, which no subject of ours contains. For one reading thread.
 */
final class InboundGuard {

	/**
	 * INFO is the one long line, with an address for every server of a cluster.
	 */
	private static final int MAX_LINE = 1024 * 1024;

	private static final int SLACK = 64 * 1024;

	private static final byte DEL = 0x7f;

	private static final int REPLACED = -1;

	private final Source source;

	private final int maxControlLine;

	private final LongSupplier maxPayload;

	private final Observer observer;

	private final HeldBytes held = new HeldBytes();

	/** The number of bytes that follow and have been looked at already. */
	private long skip;

	private byte @Nullable [] replacement;

	private int replacedEnd;

	/**
	 * Creates a guard.
	 * @param source where bytes come from
	 * @param maxControlLine the longest control line of a message, in bytes
	 * @param maxPayload tells how long a message may be, in bytes
	 * @param observer is told of malformed messages
	 */
	InboundGuard(Source source, int maxControlLine, LongSupplier maxPayload, Observer observer) {
		this.source = source;
		this.maxControlLine = maxControlLine;
		this.maxPayload = maxPayload;
		this.observer = observer;
	}

	/**
	 * Reads what jnats can read.
	 * @param target where to put it
	 * @param offset where in the target to begin
	 * @param length how many bytes to read at the most
	 * @return how many bytes were read, -1 at the end
	 * @throws IOException if the source fails, or is not a NATS server
	 */
	int read(byte[] target, int offset, int length) throws IOException {
		if (length == 0) {
			return 0;
		}
		int filled = this.held.take(target, offset, length);
		int passed = inspect(target, offset, offset + filled);
		while (passed <= 0) {
			if (passed == REPLACED) {
				filled = this.held.take(target, offset, length);
			}
			else if (filled == length) {
				this.held.putBack(target, offset, filled);
				completeHeld();
				filled = this.held.take(target, offset, length);
			}
			else {
				int read = this.source.read(target, offset + filled, length - filled);
				if (read < 0) {
					return -1;
				}
				filled += read;
			}
			passed = inspect(target, offset, offset + filled);
		}
		this.held.putBack(target, offset + passed, filled - passed);
		return passed;
	}

	/**
	 * Counts the bytes from the start that may be passed on; {@link #REPLACED} when they
	 * went back to what is held, in another shape.
	 */
	private int inspect(byte[] bytes, int start, int end) throws IOException {
		int position = start;
		while (position < end) {
			if (this.skip == 0) {
				long length = unit(bytes, position, end);
				if (this.replacement != null) {
					if (position > start) {
						this.replacement = null;
						break;
					}
					this.held.putBack(bytes, this.replacedEnd, end - this.replacedEnd);
					holdReplacement(length);
					return REPLACED;
				}
				if (length == 0) {
					break;
				}
				this.skip = length;
			}
			int step = (int) Math.min(this.skip, end - position);
			position += step;
			this.skip -= step;
		}
		return position - start;
	}

	/**
	 * Looks at the unit that begins here. Returns its length up to the next, which may
	 * lie beyond the end; 0 when more is needed to tell. Sets {@link #replacement} where
	 * another text has to stand in its place, up to {@link #replacedEnd}.
	 */
	private long unit(byte[] bytes, int start, int end) throws IOException {
		int lineFeed = start;
		while (lineFeed < end && bytes[lineFeed] != '\n') {
			lineFeed++;
		}
		if (lineFeed - start > MAX_LINE) {
			throw new IOException("Control line without an end");
		}
		if (lineFeed == end) {
			return 0;
		}
		int next = lineFeed + 1;
		boolean withHeaders = startsWith(bytes, start, next, "HMSG ");
		if (!withHeaders && !startsWith(bytes, start, next, "MSG ")) {
			return error(bytes, start, next);
		}
		if (next - start > this.maxControlLine) {
			throw new IOException("Control line of " + (next - start) + " bytes, longer than " + this.maxControlLine);
		}
		int lineEnd = lineFeed - 1;
		for (int i = start; i < lineEnd; i++) {
			if (bytes[i] == '\r') {
				bytes[i] = DEL;
			}
		}
		int totalStart = lastTokenStart(bytes, start, lineEnd);
		long total = number(bytes, totalStart, lineEnd);
		if (!withHeaders) {
			return next - start + total + 2;
		}
		int headersStart = lastTokenStart(bytes, start, totalStart - 1);
		long headers = number(bytes, headersStart, totalStart - 1);
		if (headers > total || headers > Math.max(this.maxPayload.getAsLong(), 0) + SLACK) {
			throw new IOException("Header block of " + headers + " bytes, in a message of " + total);
		}
		if (headers > end - next) {
			return 0;
		}
		int headersEnd = next + (int) headers;
		if (!HeaderBlock.isReadable(bytes, next, headersEnd)) {
			if (headers < HeaderBlock.REPLACEMENT_LENGTH) {
				return lengthen(text(bytes, start, headersStart), headersEnd, total - headers);
			}
			this.observer.malformed(text(bytes, start, lineEnd));
			HeaderBlock.replace(bytes, next, headersEnd);
		}
		return next - start + total + 2;
	}

	private long lengthen(String line, int headersEnd, long data) {
		byte[] bytes = HeaderBlock.marked(line, 0, data);
		this.replacement = bytes;
		this.replacedEnd = headersEnd;
		return bytes.length + data + 2;
	}

	/**
	 * An authentication error is replaced by one with a number.
	 */
	private long error(byte[] bytes, int start, int next) {
		String changed = startsWith(bytes, start, next, "-ERR")
				? AuthenticationErrors.numbered(text(bytes, start, next)) : null;
		if (changed == null) {
			return next - start;
		}
		this.replacement = changed.getBytes(StandardCharsets.ISO_8859_1);
		this.replacedEnd = next;
		return changed.length();
	}

	/**
	 * Reads on until the unit that begins what is held, too long for the buffer of the
	 * reader, has been looked at.
	 */
	private void completeHeld() throws IOException {
		long length = this.held.inspect(this::unit);
		while (length == 0) {
			this.held.readMore(this.source);
			length = this.held.inspect(this::unit);
		}
		if (this.replacement != null) {
			this.held.dropUpTo(this.replacedEnd);
			holdReplacement(length);
		}
		else {
			this.skip = length;
		}
	}

	private void holdReplacement(long length) {
		byte[] bytes = this.replacement;
		this.replacement = null;
		if (bytes != null) {
			this.held.putBack(bytes, 0, bytes.length);
			this.skip = length;
			if (startsWith(bytes, 0, bytes.length, "HMSG ")) {
				this.observer.malformed(text(bytes, 0, bytes.length - HeaderBlock.REPLACEMENT_LENGTH));
			}
		}
	}

	private static boolean startsWith(byte[] bytes, int start, int end, String prefix) {
		if (end - start < prefix.length()) {
			return false;
		}
		for (int i = 0; i < prefix.length(); i++) {
			if (bytes[start + i] != prefix.charAt(i)) {
				return false;
			}
		}
		return true;
	}

	private static int lastTokenStart(byte[] bytes, int start, int end) {
		int position = end;
		while (position > start && bytes[position - 1] != ' ') {
			position--;
		}
		return position;
	}

	private static long number(byte[] bytes, int start, int end) throws IOException {
		long number = 0;
		for (int i = start; i < end; i++) {
			int digit = bytes[i] - '0';
			if (digit < 0 || digit > 9 || end - start > 10) {
				throw new IOException("Not a length in a control line: " + text(bytes, start, end));
			}
			number = number * 10 + digit;
		}
		return number;
	}

	private static String text(byte[] bytes, int start, int end) {
		return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
	}

	/**
	 * A source of bytes, with the contract of {@link java.io.InputStream}.
	 */
	@FunctionalInterface
	interface Source {

		/**
		 * Reads bytes.
		 * @param target where to put them
		 * @param offset where in the target to begin
		 * @param length how many to read at the most
		 * @return how many were read, -1 at the end
		 * @throws IOException if there is no more
		 */
		int read(byte[] target, int offset, int length) throws IOException;

	}

	/**
	 * A listener to the messages whose headers were replaced.
	 */
	@FunctionalInterface
	interface Observer {

		/**
		 * Called when the headers of a message have been replaced.
		 * @param controlLine the control line of the message
		 */
		void malformed(String controlLine);

	}

}
