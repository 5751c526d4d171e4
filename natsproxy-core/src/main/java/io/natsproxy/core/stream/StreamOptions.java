package io.natsproxy.core.stream;

import java.time.Duration;

import io.natsproxy.core.wire.WireProtocol;

/**
 * The settings of streams.
 *
 * @param window how many bytes of a stream may be under way or waiting at its receiver
 * @param maxWindow how many they may become where that makes the stream faster, as far as
 * there is memory to spare
 * @param frameSize longest payload of a frame, in bytes
 * @param lostAfter how long one end may hear nothing of the other, which pings three
 * times as often, before it gives up
 * @param idleTimeout how long a stream may move no data before it is given up, whichever
 * end it waits for; zero for no limit
 * @param processingAfter how long a request is processed, before there is any stream,
 * until the service begins to tell that it still is; zero to tell nothing, and to expect
 * nothing
 */
public record StreamOptions(int window, int maxWindow, int frameSize, Duration lostAfter, Duration idleTimeout,
		Duration processingAfter) {

	/**
	 * A window of 256 KiB, up to 8 MiB where that makes a stream faster, frames of just
	 * under 32 KiB, given up after 10 seconds of silence or 5 minutes without data;
	 * notices of what is processed for longer than a second.
	 */
	public static final StreamOptions DEFAULTS = new StreamOptions(256 * 1024, 8 * 1024 * 1024,
			WireProtocol.MAX_FRAME_SIZE, Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofSeconds(1));

	private static final int PINGS = 3;

	/**
	 * More than the header of any frame takes.
	 */
	private static final int FRAME_HEAD_SIZE = 128;

	public StreamOptions {
		if (window < 1 || maxWindow < window || frameSize < 1 || lostAfter.isNegative() || lostAfter.isZero()
				|| idleTimeout.isNegative() || processingAfter.isNegative()) {
			throw new IllegalArgumentException("Window, size of frames and durations of streams must be positive, "
					+ "and the largest window no smaller than the window");
		}
	}

	/**
	 * Creates options with a window that is never larger, and the idle time-out by
	 * default.
	 * @param window how many bytes of a stream may be under way
	 * @param frameSize longest payload of a frame, in bytes
	 * @param lostAfter how long one end may hear nothing of the other
	 */
	public StreamOptions(int window, int frameSize, Duration lostAfter) {
		this(window, frameSize, lostAfter, DEFAULTS.idleTimeout);
	}

	/**
	 * Creates options with a window that is never larger, and notices of processing as by
	 * default.
	 * @param window how many bytes of a stream may be under way
	 * @param frameSize longest payload of a frame, in bytes
	 * @param lostAfter how long one end may hear nothing of the other
	 * @param idleTimeout how long a stream may move no data; zero for no limit
	 */
	public StreamOptions(int window, int frameSize, Duration lostAfter, Duration idleTimeout) {
		this(window, window, frameSize, lostAfter, idleTimeout, DEFAULTS.processingAfter);
	}

	/**
	 * Returns how long a frame may be.
	 * @param maxPayload the longest message of the server, in bytes
	 * @return bytes of payload
	 */
	public int frameSize(long maxPayload) {
		return (int) Math.max(1, Math.min(this.frameSize, maxPayload - FRAME_HEAD_SIZE));
	}

	/**
	 * Returns whether a stream has moved no data for too long.
	 * @param nanos for how long it has not
	 */
	boolean isIdle(long nanos) {
		return !this.idleTimeout.isZero() && nanos >= this.idleTimeout.toNanos();
	}

	/**
	 * Returns how often to ping: as often as the peer may expect by default, however long
	 * this one is ready to wait.
	 * @return the time between two heartbeats
	 */
	public Duration pingInterval() {
		Duration longest = DEFAULTS.lostAfter.dividedBy(PINGS);
		Duration own = this.lostAfter.dividedBy(PINGS);
		return (own.compareTo(longest) < 0) ? own : longest;
	}

}
