package io.natsproxy.core.jetstream;

import java.time.Duration;

import io.natsproxy.core.header.NatsHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A change of a key.
 *
 * @param value the value, not copied; {@code null} to delete the key
 * @param headers what belongs to the value, such as its media type
 * @param expected the revision that the last change of the key must have, 0 if there must
 * not have been any; -1 for whatever it is
 * @param ttl how long the value is kept, in seconds; {@code null} for as long as the
 * bucket keeps it
 */
public record KeyWrite(byte @Nullable [] value, NatsHeaders headers, long expected, @Nullable Duration ttl) {

	/**
	 * The bytes that the headers of a write take beside those that belong to the value.
	 */
	public static final int HEADERS = 256;

	/**
	 * Whatever the last revision is.
	 */
	public static final long ANY = -1;

	/**
	 * Returns a change that deletes the key.
	 * @param expected the revision that its last change must have; {@link #ANY} for
	 * whatever it is
	 * @return the change
	 */
	public static KeyWrite delete(long expected) {
		return new KeyWrite(null, new NatsHeaders(), expected, null);
	}

}
