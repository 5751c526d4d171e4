package io.natsproxy.gateway.access;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AccessFormat}.
 */
class AccessFormatTests {

	private static final String TIME = "\\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d [+-]\\d{4}]";

	private static AccessEntry answered() {
		AccessEntry entry = new AccessEntry("10.0.0.1", "GET", "/orders/7?a=b", "HTTP/1.1");
		entry.fields("https://shop.example/", "curl/8.1");
		entry.toService("192.0.2.7");
		entry.upstream(1_234_567);
		entry.status(200);
		entry.addSent(512);
		entry.addReceived(3);
		entry.end(entry.answered());
		return entry;
	}

	private static AccessEntry routed() {
		AccessEntry entry = answered();
		entry.route("/orders/{id}", "orders");
		return entry;
	}

	private static String line(AccessFormat format, AccessEntry entry) {
		StringBuilder line = new StringBuilder();
		format.append(line, entry);
		return line.toString();
	}

	@Test
	void common() {
		assertThat(line(AccessFormat.COMMON, routed()))
			.matches("192\\.0\\.2\\.7 - - " + TIME + " \"GET /orders/7\\?a=b HTTP/1\\.1\" 200 512 "
					+ "route=\"/orders/\\{id}\" service=\"orders\" upstream=1\\.234 duration=\\d+\\.\\d{3} "
					+ "received=3 outcome=answered");
	}

	@Test
	void combined() {
		assertThat(line(AccessFormat.COMBINED, answered()))
			.matches("192\\.0\\.2\\.7 - - " + TIME + " \"GET /orders/7\\?a=b HTTP/1\\.1\" 200 512 "
					+ "\"https://shop\\.example/\" \"curl/8\\.1\" route=\"-\" service=\"-\" upstream=1\\.234 "
					+ "duration=\\d+\\.\\d{3} received=3 outcome=answered");
	}

	@Test
	void json() {
		assertThat(line(AccessFormat.JSON, routed())).matches(
				"\\{\"time\":\"\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z\",\"client\":\"192\\.0\\.2\\.7\",\"peer\":\"10\\.0\\.0\\.1\","
						+ "\"method\":\"GET\",\"target\":\"/orders/7\\?a=b\",\"protocol\":\"HTTP/1\\.1\",\"status\":200,"
						+ "\"bytes\":512,\"received\":3,\"duration\":\\d+\\.\\d{3},\"upstream\":1\\.234,"
						+ "\"route\":\"/orders/\\{id}\",\"service\":\"orders\",\"outcome\":\"answered\","
						+ "\"referer\":\"https://shop\\.example/\",\"userAgent\":\"curl/8\\.1\"}");
	}

	@Test
	void requestThatCouldNotBeReadHasNone() {
		AccessEntry entry = new AccessEntry("10.0.0.1", null, "", "");
		entry.end("malformed");
		assertThat(line(AccessFormat.COMMON, entry)).matches("10\\.0\\.0\\.1 - - " + TIME
				+ " \"-\" - - route=\"-\" service=\"-\" upstream=- duration=\\d+\\.\\d{3} received=0 outcome=malformed");
		assertThat(line(AccessFormat.JSON, entry)).contains("\"outcome\":\"malformed\"")
			.doesNotContain("method", "target", "status", "null");
	}

	@Test
	void closeOfAWebSocketHasItsCode() {
		AccessEntry entry = answered().toSocket();
		entry.closeCode(1001);
		entry.end(AccessLog.CLOSED);
		assertThat(line(AccessFormat.COMMON, entry)).endsWith(" outcome=closed close=1001");
		assertThat(line(AccessFormat.JSON, entry)).contains("\"outcome\":\"closed\",\"close\":1001");
	}

	@ParameterizedTest
	@EnumSource
	void whateverAClientSendsIsOneLineOfPrintableAscii(AccessFormat format) {
		StringBuilder all = new StringBuilder("\" outcome=answered \\\" 200\r\n10.0.0.9 - - [");
		for (int c = 0; c < 0x300; c++) {
			all.append((char) c);
		}
		all.append("\u2028\u2029\u202e\ufeff\ud800\uffff");
		String hostile = all.toString();
		AccessEntry entry = new AccessEntry(hostile, hostile, "/" + hostile, hostile);
		entry.fields(hostile, hostile);
		entry.toService(hostile);
		entry.route(hostile, hostile);
		entry.end("malformed");
		String line = line(format, entry);
		assertThat(line.chars()).allMatch((c) -> c >= ' ' && c < 0x7F);
		assertThat(unquoted(line)).doesNotContain(" outcome=answered", " 200 ", "10.0.0.9 ");
	}

	/**
	 * Leaves out all that stands in quotation marks.
	 */
	private static String unquoted(String line) {
		StringBuilder rest = new StringBuilder();
		boolean quoted = false;
		for (int i = 0; i < line.length(); i++) {
			char c = line.charAt(i);
			if (quoted && c == '\\') {
				i++;
			}
			else if (c == '"') {
				quoted = !quoted;
			}
			else if (!quoted) {
				rest.append(c);
			}
		}
		assertThat(quoted).isFalse();
		return rest.toString();
	}

	@Test
	void textsAreCut() {
		AccessEntry entry = new AccessEntry("10.0.0.1", "GET", "/" + "a".repeat(100_000), "HTTP/1.1");
		entry.fields("b".repeat(100_000), "c".repeat(100_000));
		entry.end(AccessLog.LOCAL);
		assertThat(entry.target()).hasSize(AccessEntry.MAX_TARGET).endsWith("a...");
		assertThat(entry.referer()).hasSize(AccessEntry.MAX_FIELD).endsWith("b...");
		assertThat(line(AccessFormat.JSON, entry)).hasSizeLessThan(4096);
	}

}
