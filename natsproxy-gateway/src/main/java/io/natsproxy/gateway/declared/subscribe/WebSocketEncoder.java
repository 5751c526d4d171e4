package io.natsproxy.gateway.declared.subscribe;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Writes the payloads of messages of a WebSocket. Where a message has an id, and for
 * positions and gaps, they are those of NDJSON.
 */
final class WebSocketEncoder implements EventEncoder {

	private static final byte[] NOTHING = {};

	@Override
	public byte @Nullable [] start() {
		return null;
	}

	/**
	 * Not called: WebSockets have pings.
	 */
	@Override
	public byte[] heartbeat() {
		return NOTHING;
	}

	@Override
	public byte[] position(String id) {
		return NdjsonEncoder.positionJson(id).getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public byte[] message(@Nullable String id, byte[] payload) {
		return (id != null) ? NdjsonEncoder.json(id, payload).getBytes(StandardCharsets.UTF_8) : payload;
	}

	@Override
	public byte[] gap(@Nullable String id, Gap gap) {
		return NdjsonEncoder.json(id, gap).getBytes(StandardCharsets.UTF_8);
	}

}
