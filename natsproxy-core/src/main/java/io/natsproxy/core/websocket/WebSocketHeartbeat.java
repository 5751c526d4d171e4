package io.natsproxy.core.websocket;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import org.jspecify.annotations.Nullable;

/**
 * A heartbeat: one message, or more where one is too short, with a line for each
 * WebSocket whose count is confirmed. A line has the subject on which the receiver gets
 * the frames, the one on which the sender does, and the number of frames sent.
 */
final class WebSocketHeartbeat {

	private static final int MAX_SIZE = 32 * 1024;

	private final NatsTransport transport;

	private final String to;

	private final String from;

	private final StringBuilder lines = new StringBuilder();

	private boolean sent;

	WebSocketHeartbeat(NatsTransport transport, String to, String from) {
		this.transport = transport;
		this.to = to;
		this.from = from;
	}

	void add(String to, String from, long count) {
		this.lines.append(to).append(' ').append(from).append(' ').append(count).append('\n');
		if (this.lines.length() > Math.min(MAX_SIZE, this.transport.maxPayload() / 2)) {
			publish();
		}
	}

	/**
	 * Sends what has not been sent, and a heartbeat in any case.
	 */
	void send() {
		if (!this.sent || !this.lines.isEmpty()) {
			publish();
		}
	}

	private void publish() {
		publish(this.transport, this.to, this.from, this.lines);
		this.lines.setLength(0);
		this.sent = true;
	}

	private static void publish(NatsTransport transport, String to, @Nullable String from, StringBuilder lines) {
		try {
			transport.publish(to, from, null, lines.toString().getBytes(StandardCharsets.US_ASCII));
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			// No connection: the next one may get through.
		}
	}

	/**
	 * Reads a heartbeat. Lines that are malformed are skipped.
	 */
	static void forEach(TransportMessage message, Line action) {
		for (String line : lines(message)) {
			String[] words = line.split(" ", -1);
			if (words.length == 3 && !words[2].isEmpty() && words[2].length() <= 18
					&& words[2].chars().allMatch((c) -> c >= '0' && c <= '9')) {
				action.accept(words[0], words[1], Long.parseLong(words[2]));
			}
		}
	}

	/**
	 * Reads which WebSockets the peer does not know: the subjects of this end.
	 */
	static List<String> gone(TransportMessage message) {
		return lines(message);
	}

	private static List<String> lines(TransportMessage message) {
		return new String(message.payload(), StandardCharsets.ISO_8859_1).lines().toList();
	}

	/**
	 * One line of a heartbeat.
	 */
	@FunctionalInterface
	interface Line {

		void accept(String to, String from, long sent);

	}

	/**
	 * Tells the sender of a heartbeat which of its WebSockets are not known here: a
	 * message without a reply subject, with a line for each.
	 */
	static final class Answer {

		private final NatsTransport transport;

		private final String to;

		private final StringBuilder lines = new StringBuilder();

		Answer(NatsTransport transport, String to) {
			this.transport = transport;
			this.to = to;
		}

		void gone(String frames) {
			this.lines.append(frames).append('\n');
			if (this.lines.length() > Math.min(MAX_SIZE, this.transport.maxPayload() / 2)) {
				send();
			}
		}

		void send() {
			if (!this.lines.isEmpty()) {
				publish(this.transport, this.to, null, this.lines);
				this.lines.setLength(0);
			}
		}

	}

}
