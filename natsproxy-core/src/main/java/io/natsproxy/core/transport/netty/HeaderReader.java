package io.natsproxy.core.transport.netty;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.natsproxy.core.header.NameTable;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.transport.jnats.HeaderBlock;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;

/**
 * A reader of the header blocks of messages (ADR-4). For one thread.
 */
final class HeaderReader {

	private static final byte[] FIRST_LINE = "NATS/1.0\r\n".getBytes(StandardCharsets.US_ASCII);

	private static final int STATUS_START = FIRST_LINE.length - 2;

	private static final byte DEL = 0x7F;

	private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

	private final NameTable names = new NameTable();

	private byte[] bytes = {};

	private int end;

	private int position;

	private @Nullable NatsHeaders headers;

	private int status;

	/**
	 * Reads a block.
	 * @param bytes holds the block
	 * @param length how long it is, from the start of the array
	 * @return whether it is well-formed; if not, the only header is
	 * {@link WireProtocol#MALFORMED_HEADER}
	 */
	boolean read(byte[] bytes, int length) {
		this.status = 0;
		this.headers = null;
		return readPlain(bytes, length) || readAny(bytes, length);
	}

	/**
	 * Reads a block of the form in which nearly all come, in one pass: no status, and
	 * nothing about names and values that has to be looked at twice.
	 * @return whether it is of this form
	 */
	private boolean readPlain(byte[] bytes, int length) {
		if (length < FIRST_LINE.length
				|| !Arrays.equals(bytes, 0, FIRST_LINE.length, FIRST_LINE, 0, FIRST_LINE.length)) {
			return false;
		}
		NatsHeaders headers = null;
		int position = FIRST_LINE.length;
		while (position < length && bytes[position] != '\r') {
			int colon = position;
			int hash = 0;
			while (colon < length && isNamePart(bytes[colon])) {
				hash = NameTable.hash(hash, bytes[colon++]);
			}
			int valueStart = colon + 1;
			while (valueStart < length && bytes[valueStart] == ' ') {
				valueStart++;
			}
			int lineEnd = printableEnd(bytes, valueStart, length);
			if (colon == position || lineEnd + 1 >= length || bytes[colon] != ':' || bytes[lineEnd] != '\r'
					|| bytes[lineEnd + 1] != '\n') {
				return false;
			}
			if (headers == null) {
				headers = new NatsHeaders().ofPrintable();
			}
			int valueEnd = lineEnd;
			while (valueEnd > valueStart && bytes[valueEnd - 1] == ' ') {
				valueEnd--;
			}
			headers.append(this.names.get(bytes, position, colon, hash),
					new String(bytes, valueStart, valueEnd - valueStart, StandardCharsets.ISO_8859_1));
			position = lineEnd + 2;
		}
		if (position != length - 2 || bytes[position + 1] != '\n') {
			return false;
		}
		this.headers = headers;
		return true;
	}

	/**
	 * Returns where printable characters and spaces end: looks at eight bytes at once,
	 * with which this is no longer most of the time of reading a head. Of eight bytes
	 * that are not all of this kind, the first that is not has its highest bit set.
	 */
	private static int printableEnd(byte[] bytes, int start, int end) {
		int position = start;
		while (position + Long.BYTES <= end) {
			long word = (long) WORDS.get(bytes, position);
			long others = (word - 0x2020202020202020L | word + 0x0101010101010101L | word) & 0x8080808080808080L;
			if (others != 0) {
				return position + Long.numberOfTrailingZeros(others) / Byte.SIZE;
			}
			position += Long.BYTES;
		}
		while (position < end && bytes[position] >= ' ' && bytes[position] != DEL) {
			position++;
		}
		return Math.min(position, end);
	}

	private static boolean isNamePart(byte character) {
		return character > ' ' && character != ':' && character != DEL;
	}

	private boolean readAny(byte[] bytes, int length) {
		if (!HeaderBlock.isReadable(bytes, 0, length)) {
			this.headers = new NatsHeaders().add(WireProtocol.MALFORMED_HEADER, "");
			return false;
		}
		this.bytes = bytes;
		this.end = length;
		this.position = STATUS_START;
		if (bytes[STATUS_START] == ' ') {
			this.status = readStatus();
		}
		this.position = lineEnd(this.position) + 2;
		while (this.position < this.end && bytes[this.position] != '\r') {
			line();
		}
		return true;
	}

	/**
	 * Returns the headers, {@code null} when there is none.
	 */
	@Nullable NatsHeaders headers() {
		return this.headers;
	}

	/**
	 * Returns the status, 0 when there is none, -1 for one that is no positive number.
	 */
	int status() {
		return this.status;
	}

	private int readStatus() {
		int index = STATUS_START;
		while (this.bytes[index] == ' ') {
			index++;
		}
		int code = 0;
		while (this.bytes[index] >= '0' && this.bytes[index] <= '9') {
			code = code * 10 + this.bytes[index++] - '0';
		}
		return (code != 0) ? code : -1;
	}

	private void line() {
		int lineEnd = lineEnd(this.position);
		int colon = this.position;
		while (colon < lineEnd && this.bytes[colon] != ':') {
			colon++;
		}
		NatsHeaders headers = this.headers;
		if (headers == null) {
			headers = new NatsHeaders();
			this.headers = headers;
		}
		int nameStart = trimStart(this.position, colon);
		int valueStart = trimStart(Math.min(colon + 1, lineEnd), lineEnd);
		int valueEnd = trimEnd(valueStart, lineEnd);
		int nameEnd = trimEnd(nameStart, colon);
		int hash = 0;
		for (int i = nameStart; i < nameEnd; i++) {
			hash = NameTable.hash(hash, this.bytes[i]);
		}
		headers.append(this.names.get(this.bytes, nameStart, nameEnd, hash),
				new String(this.bytes, valueStart, valueEnd - valueStart, StandardCharsets.ISO_8859_1));
		this.position = lineEnd + 2;
	}

	private int lineEnd(int start) {
		int index = start;
		while (index < this.end && this.bytes[index] != '\r') {
			index++;
		}
		return index;
	}

	private int trimStart(int start, int end) {
		int index = start;
		while (index < end && this.bytes[index] <= ' ') {
			index++;
		}
		return index;
	}

	private int trimEnd(int start, int end) {
		int index = end;
		while (index > start && this.bytes[index - 1] <= ' ') {
			index--;
		}
		return index;
	}

}
