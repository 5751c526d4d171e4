package io.natsproxy.gateway.declared.subscribe;

import org.jspecify.annotations.Nullable;

/**
 * Writes one format. Safe for use by many threads.
 */
interface EventEncoder {

	/**
	 * Returns what a response begins with.
	 * @return bytes, which may be none but let the head be written; {@code null} if there
	 * is no such thing
	 */
	byte @Nullable [] start();

	/**
	 * Returns a sign of life.
	 */
	byte[] heartbeat();

	/**
	 * Writes where a client is that gets no message yet.
	 * @param id by which it can go on there
	 */
	byte[] position(String id);

	/**
	 * Writes a message.
	 * @param id by which a client can go on after it; {@code null} where it cannot
	 * @param payload the payload
	 */
	byte[] message(@Nullable String id, byte[] payload);

	/**
	 * Writes that messages are missing.
	 * @param id by which a client can go on; {@code null} where it cannot
	 * @param gap says what is missing
	 */
	byte[] gap(@Nullable String id, Gap gap);

}
