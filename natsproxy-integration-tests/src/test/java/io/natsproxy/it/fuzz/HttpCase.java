package io.natsproxy.it.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * What one connection sends: some requests, most of them odd or broken, and a well-formed
 * one behind them. All of it follows from the seed. A character is a byte.
 */
final class HttpCase {

	private static final String[] METHODS = { "GET", "POST", "GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "get",
			"TRACE", "CONNECT", "PRI", "G\0T", "X".repeat(300), "" };

	private static final String[] TARGETS = { "/fuzz/a", "/fuzz/a/b?x=y", "/fuzz/%20", "/fuzz/%2e%2e/x", "/fuzz/%",
			"/fuzz/%zz", "/fuzz/%00", "/fuzz/\u00c3\u00a9", "/fuzz/*", "/fuzz/>", "/fuzz/..;/x", "//fuzz//a",
			"http://example.com/fuzz/a", "https://u:p@example.com:1/fuzz/a", "http:///fuzz/a", "*", "example.com:80",
			"/fuzz/" + "a".repeat(3000), "/fuzz/a b", "/fuzz/\0", "/fuzz/a#b", "fuzz", "", "/fuzz/./../a", "\\fuzz" };

	private static final String[] VERSIONS = { "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9.9",
			"HTTP/1.1 ", "http/1.1", "" };

	private static final String[] FIELDS = { "Host: other.example", "Content-Length: 5", "Content-Length: 5, 5",
			"Content-Length: +5", "Content-Length: -1", "Content-Length: 0x5", "Content-Length: 99999999999999999999",
			"Content-Length: ", "Transfer-Encoding: chunked", "Transfer-Encoding: Chunked",
			"Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, identity",
			"Transfer-Encoding: \u000bchunked", "Transfer-Encoding : chunked", "Connection: close",
			"Connection: X-Marker", "Connection: keep-alive, Host", "Expect: 100-continue", "Expect: nothing",
			"Upgrade: h2c", "Upgrade: websocket", "Content-Type: \u00ff",
			"Content-Type: application/x-www-form-urlencoded", "Accept: ;;;", "A:", ": b", "A\0: b", "A b: c",
			"A: b\0c", " folded: x", "\tfolded", "X-Forwarded-For: ,,,", "Forwarded: for=\"", "Cookie: =;=",
			"Range: bytes=-", "TE: trailers", "Trailer: Content-Length", "Natsproxy-Status: 200",
			"Natsproxy-Frame: data 1", "Origin: null", "X: " + "y".repeat(9000) };

	private static final String[] CHUNKS = { "5\r\nhello\r\n", "5;ext=\"a;b\"\r\nhello\r\n", "5 \r\nhello\r\n",
			"05\r\nhello\r\n", "0x5\r\nhello\r\n", "-5\r\nhello\r\n", "5\nhello\n", "5\r\nhelloX\r\n",
			"ffffffffffffffff\r\nhello\r\n", "zz\r\n", "5;\0\r\nhello\r\n" };

	private static final String[] ENDS = { "0\r\n\r\n", "0\r\n\r\n", "0\r\nA: b\r\n\r\n",
			"0\r\nContent-Length: 5\r\n\r\n", "0\n\n", "0\r\nbroken\r\n\r\n", "00\r\n\r\n" };

	private final long seed;

	private final Random random;

	private final List<byte[]> parts = new ArrayList<>();

	private final String lastMarker;

	private final byte[] lastBody;

	private final List<String> truncated = new ArrayList<>();

	HttpCase(long seed) {
		this.seed = seed;
		this.random = new Random(seed * 0x9E3779B97F4A7C15L);
		int odd = this.random.nextInt(3);
		for (int i = 0; i < odd; i++) {
			this.parts.add(mutated(bytes(request("m" + seed + "-" + i))));
		}
		this.lastMarker = "m" + seed + "-last";
		this.lastBody = new byte[this.random.nextInt(2000)];
		this.random.nextBytes(this.lastBody);
		byte[] last = whole(this.lastMarker, this.lastBody);
		if (this.random.nextInt(4) == 0) {
			// The end is missing: nobody may handle it.
			this.truncated.add(this.lastMarker);
			last = Arrays.copyOf(last, last.length - 1 - this.random.nextInt(Math.min(last.length - 1, 20)));
		}
		this.parts.add(last);
	}

	private byte[] whole(String marker, byte[] body) {
		boolean chunked = this.random.nextBoolean();
		StringBuilder head = new StringBuilder(
				"POST /fuzz/last HTTP/1.1\r\nHost: example.com\r\nX-Marker: " + marker + "\r\n");
		String text = new String(body, StandardCharsets.ISO_8859_1);
		if (!chunked) {
			return bytes(head + "Content-Length: " + (body.length + 0) + "\r\n\r\n" + text);
		}
		head.append("Transfer-Encoding: chunked\r\n\r\n");
		if (body.length > 0) {
			head.append(Integer.toHexString(body.length)).append("\r\n").append(text).append("\r\n");
		}
		return bytes(head + "0\r\n\r\n");
	}

	private String request(String marker) {
		StringBuilder request = new StringBuilder(pick(METHODS) + " " + pick(TARGETS) + " " + pick(VERSIONS) + "\r\n");
		List<String> fields = new ArrayList<>(List.of("Host: example.com", "X-Marker: " + marker));
		for (int i = this.random.nextInt(4); i > 0; i--) {
			fields.add(this.random.nextInt(fields.size() + 1), pick(FIELDS));
		}
		fields.forEach((field) -> request.append(field).append((this.random.nextInt(40) == 0) ? "\n" : "\r\n"));
		request.append("\r\n");
		switch (this.random.nextInt(4)) {
			case 0 -> request.append("hello");
			case 1 -> {
				for (int i = this.random.nextInt(3); i > 0; i--) {
					request.append(pick(CHUNKS));
				}
				request.append(pick(ENDS));
			}
			default -> {
				// No body.
			}
		}
		return request.toString();
	}

	private byte[] mutated(byte[] request) {
		byte[] bytes = request;
		for (int i = this.random.nextInt(4); i > 0 && bytes.length > 2; i--) {
			int at = this.random.nextInt(bytes.length);
			int end = Math.min(bytes.length, at + 1 + this.random.nextInt(20));
			bytes = switch (this.random.nextInt(6)) {
				case 0 -> splice(bytes, at, end, "");
				case 1 -> splice(bytes, at, at, text(bytes).substring(at, end));
				case 2 -> splice(bytes, at, at + 1, String.valueOf((char) this.random.nextInt(256)));
				case 3 -> splice(bytes, at, at, pick("\r", "\n", "\r\n", "\0", " ", "\t", "\r\n ", ":", "\r\n\r\n"));
				case 4 -> Arrays.copyOf(bytes, at + 1);
				default -> splice(bytes, at, at, pick(FIELDS) + "\r\n");
			};
		}
		return bytes;
	}

	private static byte[] splice(byte[] bytes, int start, int end, String replacement) {
		return bytes(text(bytes).substring(0, start) + replacement + text(bytes).substring(end));
	}

	private String pick(String... values) {
		return values[this.random.nextInt(values.length)];
	}

	long seed() {
		return this.seed;
	}

	byte[] bytes() {
		StringBuilder all = new StringBuilder();
		this.parts.forEach((part) -> all.append(text(part)));
		return bytes(all.toString());
	}

	/**
	 * Whether nothing but the well-formed request is sent.
	 */
	boolean isWellFormed() {
		return this.parts.size() == 1 && this.truncated.isEmpty();
	}

	String lastMarker() {
		return this.lastMarker;
	}

	int lastBody() {
		return Arrays.hashCode(this.lastBody);
	}

	/**
	 * The markers of requests that are not sent whole.
	 */
	List<String> truncated() {
		return this.truncated;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.ISO_8859_1);
	}

	@Override
	public String toString() {
		return "case of seed " + this.seed + ": " + text(bytes()).replaceAll("[^\\x20-\\x7e]", "~");
	}

}
