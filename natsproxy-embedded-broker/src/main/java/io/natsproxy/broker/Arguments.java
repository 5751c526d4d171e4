package io.natsproxy.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits the arguments of a control line.
 */
final class Arguments {

	private static final int MAX_SIZE_DIGITS = 9;

	private Arguments() {
	}

	/**
	 * Returns the arguments of a {@code SUB} or {@code UNSUB}.
	 */
	static List<String> split(byte[] line, int length) {
		return split(line, length, true);
	}

	/**
	 * Returns the control line of a {@code PUB} or {@code HPUB}. A carriage return inside
	 * it belongs to the subject, as it does in nats-server.
	 * @param headers whether the size of a header block is among the arguments
	 * @throws ProtocolException if the number of arguments or a size is wrong
	 */
	static Publication publication(byte[] line, int length, boolean headers) throws ProtocolException {
		List<String> arguments = split(line, length, false);
		int sizes = headers ? 2 : 1;
		int names = arguments.size() - sizes;
		if (names < 1 || names > 2) {
			throw new ProtocolException(ProtocolError.MALFORMED);
		}
		int size = size(arguments.get(arguments.size() - 1));
		int headerSize = headers ? size(arguments.get(names)) : 0;
		if (size < 0 || headerSize < 0 || headerSize > size) {
			throw new ProtocolException(ProtocolError.MALFORMED);
		}
		return new Publication(arguments.get(0), (names == 2) ? arguments.get(1) : null, headerSize, size);
	}

	/**
	 * Returns the number, or -1 if it is not one of at most nine digits.
	 */
	static int size(String text) {
		if (text.isEmpty() || text.length() > MAX_SIZE_DIGITS) {
			return -1;
		}
		int size = 0;
		for (int i = 0; i < text.length(); i++) {
			int digit = text.charAt(i) - '0';
			if (digit < 0 || digit > 9) {
				return -1;
			}
			size = size * 10 + digit;
		}
		return size;
	}

	private static List<String> split(byte[] line, int length, boolean atCarriageReturn) {
		List<String> arguments = new ArrayList<>(4);
		int start = -1;
		for (int i = 0; i < length; i++) {
			byte b = line[i];
			if (b == ' ' || b == '\t' || (b == '\r' && atCarriageReturn)) {
				if (start >= 0) {
					arguments.add(text(line, start, i));
					start = -1;
				}
			}
			else if (start < 0) {
				start = i;
			}
		}
		if (start >= 0) {
			arguments.add(text(line, start, length));
		}
		return arguments;
	}

	private static String text(byte[] line, int start, int end) {
		return new String(line, start, end - start, StandardCharsets.ISO_8859_1);
	}

}
