package io.natsproxy.core.transport.jnats;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.natsproxy.core.wire.WireProtocol;

/**
 * A check of header blocks by the rules of jnats' {@code IncomingHeadersProcessor}, which
 * throws an unchecked exception at a malformed one, of which its reader thread dies.
 * Whatever passes here passes there; a few oddities that jnats happens to accept (a key
 * that runs over the end of its line, text behind the blank line that does not end in
 * CRLF) do not pass here.
 */
public final class HeaderBlock {

	private static final byte[] VERSION = ascii("NATS/1.0");

	private static final byte[] REPLACEMENT_START = ascii("NATS/1.0\r\n" + WireProtocol.MALFORMED_HEADER + ":");

	private static final byte[] REPLACEMENT_END = ascii("\r\n\r\n");

	/**
	 * The length of the shortest replacement.
	 */
	static final int REPLACEMENT_LENGTH = REPLACEMENT_START.length + REPLACEMENT_END.length;

	private final byte[] bytes;

	private final int end;

	private HeaderBlock(byte[] bytes, int end) {
		this.bytes = bytes;
		this.end = end;
	}

	/**
	 * Returns whether jnats reads the block between the two positions.
	 * @param bytes holds the block
	 * @param start where the block begins
	 * @param end where it ends
	 * @return whether it is well-formed
	 */
	public static boolean isReadable(byte[] bytes, int start, int end) {
		if (end - start < VERSION.length + 4
				|| !Arrays.equals(bytes, start, start + VERSION.length, VERSION, 0, VERSION.length)) {
			return false;
		}
		HeaderBlock block = new HeaderBlock(bytes, end);
		int position = start + VERSION.length;
		if (!block.isLineEnd(end - 2)) {
			return false;
		}
		return (bytes[position] == ' ') ? block.isStatus(position)
				: block.isLineEnd(position) && block.areHeaders(position + 2);
	}

	/**
	 * Returns the control line and the header block that stand in place of those of a
	 * message whose header block is malformed.
	 * @param line the control line up to the length of its header block
	 * @param headers the length of the malformed block, which is kept where the marker
	 * fits it, in bytes
	 * @param data the length of the payload, in bytes
	 * @return what jnats reads in front of the payload
	 */
	public static byte[] marked(String line, int headers, long data) {
		int length = Math.max(headers, REPLACEMENT_LENGTH);
		byte[] start = (line + length + " " + (length + data) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
		byte[] bytes = Arrays.copyOf(start, start.length + length);
		replace(bytes, start.length, bytes.length);
		return bytes;
	}

	/**
	 * Writes a replacement over the block, which must have {@link #REPLACEMENT_LENGTH} at
	 * least.
	 */
	static void replace(byte[] bytes, int start, int end) {
		Arrays.fill(bytes, start, end, (byte) ' ');
		System.arraycopy(REPLACEMENT_START, 0, bytes, start, REPLACEMENT_START.length);
		System.arraycopy(REPLACEMENT_END, 0, bytes, end - REPLACEMENT_END.length, REPLACEMENT_END.length);
	}

	private boolean isStatus(int start) {
		int code = afterSpaces(start);
		if (code >= this.end || this.bytes[code] == '\r') {
			return false;
		}
		int codeEnd = code + 1;
		while (codeEnd < this.end && this.bytes[codeEnd] != ' ' && this.bytes[codeEnd] != '\r') {
			codeEnd++;
		}
		if (!isInteger(code, codeEnd)) {
			return false;
		}
		int lineEnd = afterSpaces(codeEnd);
		if (lineEnd > codeEnd && isLineEnd(lineEnd)) {
			// A space and no text: jnats takes the line end for the text.
			lineEnd += 2;
		}
		else {
			lineEnd = indexOf('\r', lineEnd);
		}
		return isLineEnd(lineEnd) && (lineEnd == this.end - 2 || areHeaders(lineEnd + 2));
	}

	private boolean isInteger(int start, int end) {
		try {
			Integer.parseInt(new String(this.bytes, start, end - start, StandardCharsets.UTF_8).trim());
			return true;
		}
		catch (NumberFormatException ex) {
			return false;
		}
	}

	private boolean areHeaders(int start) {
		int line = start;
		while (line < this.end) {
			if (this.bytes[line] == '\r') {
				return isLineEnd(line);
			}
			int lineEnd = indexOf('\r', line);
			int colon = indexOf(':', line);
			if (this.bytes[line] == ' ' || colon > lineEnd || !isLineEnd(lineEnd) || !isKey(line, colon)
					|| !isValue(colon + 1, lineEnd)) {
				return false;
			}
			line = lineEnd + 2;
		}
		return false;
	}

	private boolean isKey(int start, int end) {
		int from = trimStart(start, end);
		int to = trimEnd(from, end);
		for (int i = from; i < to; i++) {
			if (this.bytes[i] < 33 || this.bytes[i] > 126) {
				return false;
			}
		}
		return to > from;
	}

	private boolean isValue(int start, int end) {
		int from = trimStart(start, end);
		int to = trimEnd(from, end);
		for (int i = from; i < to; i++) {
			if (this.bytes[i] < 0 || this.bytes[i] == '\n') {
				return false;
			}
		}
		return true;
	}

	private int trimStart(int start, int end) {
		int position = start;
		while (position < end && isTrimmed(this.bytes[position])) {
			position++;
		}
		return position;
	}

	private int trimEnd(int start, int end) {
		int position = end;
		while (position > start && isTrimmed(this.bytes[position - 1])) {
			position--;
		}
		return position;
	}

	private static boolean isTrimmed(byte character) {
		return character >= 0 && character <= ' ';
	}

	private boolean isLineEnd(int position) {
		return position + 1 < this.end && this.bytes[position] == '\r' && this.bytes[position + 1] == '\n';
	}

	private int afterSpaces(int start) {
		int position = start;
		while (position < this.end && this.bytes[position] == ' ') {
			position++;
		}
		return position;
	}

	/**
	 * The position of the character, or the end of the block.
	 */
	private int indexOf(char character, int start) {
		int position = start;
		while (position < this.end && this.bytes[position] != character) {
			position++;
		}
		return position;
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
