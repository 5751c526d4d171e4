package io.natsproxy.core.stream;

import java.time.Duration;

import io.natsproxy.core.memory.ByteBudget;

/**
 * The limits by which a {@link BodySender} sends a body.
 *
 * @param maxMessage longest body that fits one message, in bytes
 * @param frameSize longest payload of a frame, in bytes
 * @param expected length of the body in bytes, -1 if it is not known
 * @param slowAfter time from the first chunk after which a body that is not complete is
 * streamed
 * @param smallSlowAfter the same, while no more than {@link ByteBudget#SMALL} bytes of it
 * have come
 */
public record BodyShape(int maxMessage, int frameSize, long expected, Duration slowAfter, Duration smallSlowAfter) {

	/**
	 * Longest first chunk of a source, in bytes.
	 */
	private static final int FIRST_CHUNK = 64 * 1024;

	/**
	 * A response goes out, head first, when its source pauses: long before anybody gives
	 * up waiting for it.
	 */
	private static final Duration RESPONSE_PAUSE = Duration.ofMillis(100);

	/**
	 * A request is collected longer: services without a library of ours know no streams.
	 */
	private static final Duration SLOW_REQUEST = Duration.ofMillis(500);

	private static final Duration SLOW_SMALL_REQUEST = Duration.ofSeconds(2);

	/**
	 * Returns the limits of a request.
	 */
	public static BodyShape request(int maxMessage, int frameSize, long expected) {
		return new BodyShape(maxMessage, frameSize, expected, SLOW_REQUEST, SLOW_SMALL_REQUEST);
	}

	/**
	 * Returns the limits of a response.
	 */
	public static BodyShape response(int maxMessage, int frameSize, long expected) {
		return new BodyShape(maxMessage, frameSize, expected, RESPONSE_PAUSE, RESPONSE_PAUSE);
	}

	/**
	 * Returns the longest chunk that is going to come next, in bytes.
	 * @param collected bytes that have come
	 */
	int nextChunk(long collected) {
		int most = (collected == 0) ? FIRST_CHUNK : this.frameSize;
		return (this.expected >= 0) ? (int) Math.max(0, Math.min(most, this.expected - collected)) : most;
	}

}
