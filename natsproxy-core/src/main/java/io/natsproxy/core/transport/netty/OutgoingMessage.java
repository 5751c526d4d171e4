package io.natsproxy.core.transport.netty;

import java.nio.charset.StandardCharsets;

import io.natsproxy.core.header.NatsHeaders;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A message that is going to be sent.
 *
 * @param subject the subject, which has been checked
 * @param replySubject where an answer goes
 * @param headers the headers
 * @param payload the payload
 */
record OutgoingMessage(String subject, @Nullable String replySubject, @Nullable NatsHeaders headers, byte[] payload) {

	private static final byte[] VERSION = ascii("NATS/1.0\r\n");

	private static final byte[] PUB = ascii("PUB ");

	private static final byte[] HPUB = ascii("HPUB ");

	/**
	 * Two lengths, the spaces, and the line ends.
	 */
	private static final int CONTROL = 40;

	/**
	 * Bytes of a character of a subject in UTF-8, at the most.
	 */
	private static final int MAX_BYTES = 3;

	/**
	 * The most characters of a subject. Servers allow much less for a whole line.
	 */
	private static final int MAX_SUBJECT = 64 * 1024;

	/**
	 * Creates a message.
	 * @throws IllegalArgumentException if a subject is malformed
	 */
	OutgoingMessage {
		requireSubject(subject);
		if (replySubject != null) {
			requireSubject(replySubject);
		}
	}

	/**
	 * Requires that a text cannot end the word in which it stands on a line.
	 * @throws IllegalArgumentException if it can
	 */
	static void requireSubject(String subject) {
		boolean valid = !subject.isEmpty() && subject.length() <= MAX_SUBJECT;
		for (int i = 0; valid && i < subject.length(); i++) {
			char character = subject.charAt(i);
			valid = character > ' ' && character != 0x7F;
		}
		if (!valid) {
			throw new IllegalArgumentException("Malformed subject");
		}
	}

	private boolean hasHeaders() {
		return this.headers != null && !this.headers.isEmpty();
	}

	/**
	 * Returns how much the server counts against the limit of messages.
	 */
	long length() {
		return headerLength() + (long) this.payload.length;
	}

	private int headerLength() {
		return (this.headers != null && !this.headers.isEmpty()) ? this.headers.serializedLength() : 0;
	}

	/**
	 * Returns how much is going to be written, about.
	 */
	int size() {
		return headSize() + this.payload.length + 2;
	}

	private int headSize() {
		int subjects = this.subject.length() + ((this.replySubject != null) ? this.replySubject.length() : 0);
		return CONTROL + MAX_BYTES * subjects + headerLength();
	}

	void write(OutgoingBatch batch, ByteBuf target) {
		byte[] head = batch.scratch(headSize());
		int position = put(hasHeaders() ? HPUB : PUB, head, 0);
		position = subject(this.subject, head, position);
		if (this.replySubject != null) {
			position = subject(this.replySubject, head, position);
		}
		if (hasHeaders()) {
			position = number(headerLength(), head, position);
			head[position++] = ' ';
		}
		position = number(headerLength() + this.payload.length, head, position);
		position = lineEnd(head, position);
		if (this.headers != null && hasHeaders()) {
			position = put(VERSION, head, position);
			for (int i = 0; i < this.headers.size(); i++) {
				position = latin(this.headers.name(i), head, position);
				head[position++] = ':';
				position = latin(this.headers.value(i), head, position);
				position = lineEnd(head, position);
			}
			position = lineEnd(head, position);
		}
		target.writeBytes(head, 0, position);
		target.writeBytes(this.payload);
		target.writeByte('\r');
		target.writeByte('\n');
	}

	private static int subject(String subject, byte[] target, int start) {
		int position = isAscii(subject) ? latin(subject, target, start)
				: put(subject.getBytes(StandardCharsets.UTF_8), target, start);
		target[position++] = ' ';
		return position;
	}

	private static boolean isAscii(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) > 0x7F) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Copies characters as they lie in memory, which no other method does.
	 */
	@SuppressWarnings("deprecation")
	private static int latin(String text, byte[] target, int start) {
		text.getBytes(0, text.length(), target, start);
		return start + text.length();
	}

	private static int put(byte[] bytes, byte[] target, int start) {
		System.arraycopy(bytes, 0, target, start, bytes.length);
		return start + bytes.length;
	}

	private static int lineEnd(byte[] target, int start) {
		target[start] = '\r';
		target[start + 1] = '\n';
		return start + 2;
	}

	private static int number(int number, byte[] target, int start) {
		int digits = 1;
		for (int rest = number; rest >= 10; rest /= 10) {
			digits++;
		}
		int rest = number;
		for (int i = start + digits - 1; i >= start; i--) {
			target[i] = (byte) ('0' + rest % 10);
			rest /= 10;
		}
		return start + digits;
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
