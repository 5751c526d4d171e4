package io.natsproxy.core.wire;

import java.nio.charset.StandardCharsets;

import io.natsproxy.core.header.NatsHeaders;

/**
 * A numbered message of a stream or a WebSocket.
 *
 * @param kind what it is for
 * @param sequence its number among the frames from the same end of the stream, from 1
 * @param payload its payload, not copied
 */
public record Frame(FrameKind kind, long sequence, byte[] payload) {

	private static final int MAX_DIGITS = 18;

	/**
	 * Returns the NATS headers of the frame.
	 * @return headers to be published with the payload
	 */
	public NatsHeaders headers() {
		return new NatsHeaders().add(WireProtocol.FRAME_HEADER, this.kind.token() + " " + this.sequence);
	}

	/**
	 * Reads a frame.
	 * @param header the value of its header
	 * @param payload its payload
	 * @return the frame
	 * @throws MalformedMessageException if the header is malformed
	 */
	public static Frame parse(String header, byte[] payload) {
		int space = header.indexOf(' ');
		FrameKind kind = (space > 0) ? FrameKind.of(header.substring(0, space)) : null;
		if (kind == null) {
			throw new MalformedMessageException("Malformed " + WireProtocol.FRAME_HEADER);
		}
		return new Frame(kind, number(header.substring(space + 1)), payload);
	}

	/**
	 * Makes the payload of a frame that grants credit.
	 * @param bytes how many bytes more
	 * @return the payload
	 */
	public static byte[] credit(long bytes) {
		return Long.toString(bytes).getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * Reads the credit of a frame.
	 * @return how many bytes more
	 * @throws MalformedMessageException if the payload is not a number
	 */
	public long credit() {
		return number(new String(this.payload, 0, Math.min(this.payload.length, MAX_DIGITS + 1),
				StandardCharsets.ISO_8859_1));
	}

	static long number(String digits) {
		boolean valid = !digits.isEmpty() && digits.length() <= MAX_DIGITS
				&& digits.chars().allMatch((c) -> c >= '0' && c <= '9');
		if (!valid) {
			throw new MalformedMessageException("Malformed frame");
		}
		return Long.parseLong(digits);
	}

}
