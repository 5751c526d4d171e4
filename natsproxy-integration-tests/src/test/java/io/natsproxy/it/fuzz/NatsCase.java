package io.natsproxy.it.fuzz;

import java.util.List;
import java.util.Random;

/**
 * Messages of a peer that keeps to nothing. All of it follows from the seed. A character
 * is a byte.
 */
public final class NatsCase {

	private static final List<String> LINES = List.of("Natsproxy-Version: 1", "Natsproxy-Version: 2",
			"Natsproxy-Status: 200", "Natsproxy-Status: 101", "Natsproxy-Status: 99999", "Natsproxy-Status: x",
			"Natsproxy-Method: GET", "Natsproxy-Method: P\0ST", "Natsproxy-Target: /fuzz/a", "Natsproxy-Target: //[",
			"Natsproxy-Target: /fuzz/%zz", "Natsproxy-Timeout: 500", "Natsproxy-Timeout: -1", "Natsproxy-Timeout: 1e9",
			"Natsproxy-Body: stream", "Natsproxy-Body: none", "Natsproxy-Frames: _INBOX.x", "Natsproxy-Frames: a b",
			"Natsproxy-Alive: GET:.fuzz.a", "Natsproxy-Socket: a.b", "Natsproxy-Credit: 99999999999",
			"Natsproxy-Malformed: ", "Content-Length: 5", "Transfer-Encoding: chunked", "Host: \u00ff",
			"Nats-Service-Error-Code: 500", "Nats-Service-Error: bad", "A: " + "x".repeat(5000), ": x", "no colon",
			" folded: x", "A\0: b", "A: b\0");

	private static final List<String> KINDS = List.of("data", "end", "credit", "accept", "cancel", "error", "ping",
			"text", "binary", "pong", "close", "unknown", "");

	private static final List<String> NUMBERS = List.of("1", "2", "3", "0", "-1", "9999999999999999999", "x", "");

	private static final List<String> PAYLOADS = List.of("", "hello", "65536", "-1", "99999999999999999999", "\0\0\0",
			"\u00ff\u00fe", "{\"type\":1}", "a b 1\nc d x\n", "a b 99\n".repeat(50), "x".repeat(70_000));

	private final Random random;

	public NatsCase(long seed) {
		this.random = new Random(seed * 0x9E3779B97F4A7C15L);
	}

	public int next(int bound) {
		return this.random.nextInt(bound);
	}

	/**
	 * A head of a request or of a response, or what looks like one.
	 */
	public Fuzzed head(String... likely) {
		StringBuilder lines = new StringBuilder();
		for (String line : likely) {
			if (this.random.nextInt(8) > 0) {
				lines.append(line).append("\r\n");
			}
		}
		for (int i = this.random.nextInt(4); i > 0; i--) {
			lines.append(pick(LINES)).append(lineEnd());
		}
		return new Fuzzed(block(lines.toString()), pick(PAYLOADS));
	}

	/**
	 * A frame, or what looks like one.
	 */
	public Fuzzed frame(int number) {
		String sequence = (this.random.nextInt(4) > 0) ? Integer.toString(number) : pick(NUMBERS);
		return new Fuzzed(block("Natsproxy-Frame: " + pick(KINDS) + " " + sequence + lineEnd()), pick(PAYLOADS));
	}

	private String lineEnd() {
		return (this.random.nextInt(30) == 0) ? pick(List.of("\n", "\r", "")) : "\r\n";
	}

	private String block(String lines) {
		String block = "NATS/1.0" + ((this.random.nextInt(30) == 0) ? " 503 x" : "") + "\r\n" + lines + "\r\n";
		if (this.random.nextInt(10) > 0) {
			return block;
		}
		int at = this.random.nextInt(block.length());
		return switch (this.random.nextInt(4)) {
			case 0 -> block.substring(0, at);
			case 1 -> block.substring(at);
			case 2 -> block.substring(0, at) + (char) this.random.nextInt(256) + block.substring(at);
			default -> block + block;
		};
	}

	private String pick(List<String> values) {
		return values.get(this.random.nextInt(values.size()));
	}

	/**
	 * A message but for its subject.
	 *
	 * @param headers the header block
	 * @param payload the payload
	 */
	public record Fuzzed(String headers, String payload) {
	}

}
