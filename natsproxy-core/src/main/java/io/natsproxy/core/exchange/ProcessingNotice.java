package io.natsproxy.core.exchange;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;

/**
 * The word of a service that it is still processing some requests of one caller: a
 * message with a line for each of them, which is its reply subject, and with the time
 * until the next in its header. Like an interim response (RFC 9110, section 15.2) it says
 * nothing of the response to come.
 */
public final class ProcessingNotice {

	/**
	 * Longest payload, in bytes.
	 */
	static final int MAX_SIZE = 32 * 1024;

	/**
	 * Longest id of an instance, in characters.
	 */
	private static final int MAX_INSTANCE = 64;

	private static final int MAX_DIGITS = 9;

	private static final long MAX_INTERVAL = 999_999_999;

	private ProcessingNotice() {
	}

	/**
	 * Returns the headers of a notice.
	 * @param interval the time until the next
	 * @param instance the id of the instance, if it can be discovered
	 * @return headers to be published with it
	 */
	public static NatsHeaders headers(Duration interval, @Nullable String instance) {
		NatsHeaders headers = new NatsHeaders().add(WireProtocol.PROCESSING_HEADER,
				Long.toString(Math.min(MAX_INTERVAL, interval.toMillis())));
		if (instance != null) {
			headers.add(WireProtocol.INSTANCE_HEADER, instance);
		}
		return headers;
	}

	/**
	 * Returns the payloads of as many notices as it takes.
	 * @param replySubjects the reply subjects of the requests
	 * @param maxSize most bytes of a payload; one that is longer has a single line
	 * @return the payloads
	 */
	public static List<byte[]> payloads(List<String> replySubjects, long maxSize) {
		long limit = Math.min(MAX_SIZE, maxSize);
		List<byte[]> payloads = new ArrayList<>(1);
		StringBuilder lines = new StringBuilder();
		for (String subject : replySubjects) {
			if (!lines.isEmpty() && lines.length() + subject.length() + 1 > limit) {
				payloads.add(lines.toString().getBytes(StandardCharsets.US_ASCII));
				lines.setLength(0);
			}
			lines.append(subject).append('\n');
		}
		payloads.add(lines.toString().getBytes(StandardCharsets.US_ASCII));
		return payloads;
	}

	/**
	 * Returns the time until the next notice.
	 * @param message a message
	 * @return the time, or {@code null} if it is malformed, or longer than a notice may
	 * be
	 */
	public static @Nullable Duration interval(TransportMessage message) {
		NatsHeaders headers = message.headers();
		String digits = (headers != null) ? headers.getFirst(WireProtocol.PROCESSING_HEADER) : null;
		if (digits == null || digits.isEmpty() || digits.length() > MAX_DIGITS || message.payload().length > MAX_SIZE
				|| !digits.chars().allMatch((c) -> c >= '0' && c <= '9')) {
			return null;
		}
		return Duration.ofMillis(Integer.parseInt(digits));
	}

	/**
	 * Returns the id of the instance that has sent a notice.
	 * @param message the notice
	 * @return the id, which may be anything; {@code null} if there is none, or it is too
	 * long
	 */
	public static @Nullable String instance(TransportMessage message) {
		NatsHeaders headers = message.headers();
		String instance = (headers != null) ? headers.getFirst(WireProtocol.INSTANCE_HEADER) : null;
		return (instance != null && instance.length() <= MAX_INSTANCE) ? instance : null;
	}

	/**
	 * Reads the lines of a notice. Those that are too long for a subject are skipped.
	 * @param message the notice
	 * @param action takes each line, which may be anything
	 */
	public static void forEach(TransportMessage message, Consumer<String> action) {
		byte[] payload = message.payload();
		int start = 0;
		for (int i = 0; i < payload.length; i++) {
			if (payload[i] == '\n') {
				if (i > start && i - start <= ReplySubjects.MAX_LENGTH) {
					action.accept(new String(payload, start, i - start, StandardCharsets.ISO_8859_1));
				}
				start = i + 1;
			}
		}
	}

}
