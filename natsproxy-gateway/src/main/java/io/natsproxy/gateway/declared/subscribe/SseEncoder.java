package io.natsproxy.gateway.declared.subscribe;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import io.natsproxy.core.websocket.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Writes server-sent events. A payload in UTF-8 is the data of an event without a name;
 * any other is in Base64 that of an event {@code base64}.
 */
final class SseEncoder implements EventEncoder {

	private static final byte[] START = ascii("retry: 3000\n\n");

	private static final byte[] HEARTBEAT = ascii(":\n\n");

	private static final byte[] DATA = ascii("data: ");

	@Override
	public byte[] start() {
		return START;
	}

	@Override
	public byte[] heartbeat() {
		return HEARTBEAT;
	}

	/**
	 * An event without data changes nothing but the id that is sent next time.
	 */
	@Override
	public byte[] position(String id) {
		return ascii("id: " + id + "\n\n");
	}

	@Override
	public byte[] message(@Nullable String id, byte[] payload) {
		return Utf8.isValid(payload) ? event(id, null, payload)
				: event(id, "base64", Base64.getEncoder().encode(payload));
	}

	@Override
	public byte[] gap(@Nullable String id, Gap gap) {
		return event(id, "gap", gap.toJson().getBytes(StandardCharsets.UTF_8));
	}

	private static byte[] event(@Nullable String id, @Nullable String name, byte[] data) {
		ByteArrayOutputStream event = new ByteArrayOutputStream(data.length + 64);
		if (id != null) {
			event.writeBytes(ascii("id: " + id + "\n"));
		}
		if (name != null) {
			event.writeBytes(ascii("event: " + name + "\n"));
		}
		int start = 0;
		for (int i = 0; i < data.length; i++) {
			if (data[i] == '\n' || data[i] == '\r') {
				line(data, start, i, event);
				if (data[i] == '\r' && i + 1 < data.length && data[i + 1] == '\n') {
					i++;
				}
				start = i + 1;
			}
		}
		line(data, start, data.length, event);
		event.write('\n');
		return event.toByteArray();
	}

	private static void line(byte[] data, int start, int end, ByteArrayOutputStream event) {
		event.writeBytes(DATA);
		event.write(data, start, end - start);
		event.write('\n');
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
