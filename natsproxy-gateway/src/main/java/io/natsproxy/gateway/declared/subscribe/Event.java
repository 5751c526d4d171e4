package io.natsproxy.gateway.declared.subscribe;

import java.util.EnumMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A message, written once in each format for all clients. Safe for use by many threads.
 */
final class Event {

	private final @Nullable String id;

	private final byte[] payload;

	/**
	 * Guarded by this object.
	 */
	private final Map<SubscribeFormat, byte[]> written = new EnumMap<>(SubscribeFormat.class);

	Event(@Nullable String id, byte[] payload) {
		this.id = id;
		this.payload = payload;
	}

	/**
	 * Returns the message in a format.
	 * @return bytes, not to be changed
	 */
	synchronized byte[] in(SubscribeFormat format) {
		return this.written.computeIfAbsent(format, (key) -> key.encoder().message(this.id, this.payload));
	}

}
