package io.natsproxy.core.jetstream;

import java.time.ZonedDateTime;

import org.jspecify.annotations.Nullable;

/**
 * A place in a stream: behind the message of a sequence. Told to clients as an id, by
 * which they go on.
 *
 * @param epoch tells streams of the same name apart: the time when it was created
 * @param sequence the sequence of the last message before the place
 */
public record StreamPosition(String epoch, long sequence) {

	private static final int RADIX = 36;

	private static final long NANOS = 1_000_000_000L;

	/**
	 * Reads an id.
	 * @param id the id, which may come from a stranger
	 * @return the position, or {@code null} if it is the id of none
	 */
	public static @Nullable StreamPosition of(String id) {
		int dash = id.indexOf('-');
		if (dash < 0) {
			return null;
		}
		try {
			long sequence = Long.parseLong(id.substring(dash + 1));
			return (sequence >= 0) ? new StreamPosition(id.substring(0, dash), sequence) : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	static String epoch(ZonedDateTime created) {
		return Long.toString(created.toEpochSecond() * NANOS + created.getNano(), RADIX);
	}

	/**
	 * Returns the id.
	 * @return letters, digits and a dash
	 */
	public String id() {
		return this.epoch + "-" + this.sequence;
	}

}
