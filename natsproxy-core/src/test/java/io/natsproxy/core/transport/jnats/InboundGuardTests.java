package io.natsproxy.core.transport.jnats;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class InboundGuardTests {

	private static final String GOOD = "NATS/1.0\r\nNatsproxy-Version: 1\r\n\r\n";

	private static final String BAD = "NATS/1.0\r\nnocolon, and long enough for a marker\r\n\r\n";

	private static final String MARKED = "NATS/1.0\r\nNatsproxy-Malformed:" + " ".repeat(BAD.length() - 34)
			+ "\r\n\r\n";

	private final List<String> reported = new ArrayList<>();

	@Test
	void everythingWellFormedPassesUnchangedHoweverItIsCut() throws IOException {
		String stream = "INFO {\"server_id\":\"x\"}\r\nPING\r\nPONG\r\n+OK\r\n-ERR 'Unknown'\r\n"
				+ message("a.b", "1", null, "data") + message("a.b", "1", "reply", "")
				+ withHeaders("s", "r", GOOD, "x") + withHeaders("s", null, GOOD, "MSG fake 1 9\r\nHMSG")
				+ message("a", "2", null, "HMSG s 1 5 9\r\n") + "PING\r\n";
		assertThat(passed(stream)).isEqualTo(stream);
		assertThat(this.reported).isEmpty();
	}

	@Test
	void aMalformedBlockIsReplacedByOneOfTheSameLength() throws IOException {
		String before = message("a", "1", null, "data");
		String after = withHeaders("s", "r", GOOD, "x") + "PING\r\n";
		assertThat(passed(before + withHeaders("s", "r", BAD, "data") + after))
			.isEqualTo(before + withHeaders("s", "r", MARKED, "data") + after);
		assertThat(this.reported).isNotEmpty().allMatch((line) -> line.startsWith("HMSG s 9 r"));
	}

	@Test
	void aMalformedBlockTooShortForTheMarkerIsLengthened() throws IOException {
		String marker = "NATS/1.0\r\nNatsproxy-Malformed:\r\n\r\n";
		for (String bad : List.of("", "x", "NATS/1.0\r\n", "NATS/1.0\r\nnocolon\r\n\r\n", "NATS/1.0 x\r\n\r\n")) {
			String before = "PING\r\n" + message("a", "1", null, "data");
			String after = withHeaders("s", "r", GOOD, "x") + "PING\r\n";
			assertThat(passed(before + withHeaders("s", null, bad, "data") + after))
				.isEqualTo(before + withHeaders("s", null, marker, "data") + after);
			assertThat(passed(before + withHeaders("s", "r", bad, "") + after))
				.isEqualTo(before + withHeaders("s", "r", marker, "") + after);
		}
	}

	@Test
	void aBlockLargerThanTheBufferOfTheReaderIsChecked() throws IOException {
		String good = "NATS/1.0\r\na: " + "x".repeat(100_000) + "\r\n\r\n";
		String bad = "NATS/1.0\r\na " + "x".repeat(100_000) + "\r\n\r\n";
		String marked = "NATS/1.0\r\nNatsproxy-Malformed:" + " ".repeat(bad.length() - 34) + "\r\n\r\n";
		String end = message("a", "1", null, "data") + "PING\r\n";
		for (int cut : new int[] { 7, 1024, 70_000, 1_000_000 }) {
			assertThat(passed(withHeaders("s", null, good, "data") + end, cut, 1024))
				.isEqualTo(withHeaders("s", null, good, "data") + end);
			assertThat(passed(withHeaders("s", null, bad, "data") + end, cut, 1024))
				.isEqualTo(withHeaders("s", null, marked, "data") + end);
		}
	}

	@Test
	void aLoneCarriageReturnInAControlLineDoesNotReachTheReader() throws IOException {
		assertThat(passed("MSG a\rb 1 4\r\ndata\r\n")).isEqualTo("MSG a\u007fb 1 4\r\ndata\r\n");
	}

	@Test
	void theSameAuthenticationErrorNeverComesTwice() throws IOException {
		String error = "-ERR 'Authorization Violation'\r\n";
		String first = passed(error, 1024, 1024);
		String second = passed("PING\r\n" + error, 1024, 1024);
		assertThat(first).matches("-ERR 'Authorization Violation \\(attempt \\d+\\)'\r\n");
		assertThat(second).matches("PING\r\n-ERR 'Authorization Violation \\(attempt \\d+\\)'\r\n")
			.doesNotEndWith(first);
		assertThat(AuthenticationErrors.withoutAttempt("Authorization Violation (attempt 7)"))
			.isEqualTo("Authorization Violation");
	}

	@Test
	void whatCannotBeHeldBackFailsTheConnection() {
		assertThatIOException().isThrownBy(() -> passed("HMSG s 1 99999999 99999999\r\n", 1024, 1024));
		assertThatIOException().isThrownBy(() -> passed("HMSG s 1 20 10\r\n", 1024, 1024));
		assertThatIOException().isThrownBy(() -> passed("MSG s 1 abc\r\n", 1024, 1024));
		assertThatIOException().isThrownBy(() -> passed("MSG " + "s".repeat(70_000) + " 1 2\r\n", 1024, 1024));
		assertThatIOException().isThrownBy(() -> passed("I".repeat(2_000_000), 1024, 1024));
	}

	private String passed(String stream) throws IOException {
		String expected = passed(stream, stream.length(), 64 * 1024);
		for (int size = 1; size < 90; size++) {
			assertThat(passed(stream, size, 64 * 1024)).isEqualTo(expected);
			assertThat(passed(stream, stream.length(), size)).isEqualTo(expected);
			assertThat(passed(stream, 7, size)).isEqualTo(expected);
		}
		return expected;
	}

	private String passed(String stream, int cut, int buffer) throws IOException {
		ByteArrayInputStream in = new ByteArrayInputStream(stream.getBytes(StandardCharsets.ISO_8859_1));
		Random random = new Random(cut);
		InboundGuard guard = new InboundGuard(
				(target, offset, length) -> in.read(target, offset, Math.min(length, 1 + random.nextInt(cut))),
				64 * 1024, () -> 1024 * 1024, this.reported::add);
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		byte[] target = new byte[buffer + 3];
		for (int read = guard.read(target, 3, buffer); read >= 0; read = guard.read(target, 3, buffer)) {
			assertThat(read).isBetween(1, buffer);
			out.write(target, 3, read);
		}
		return out.toString(StandardCharsets.ISO_8859_1);
	}

	private static String message(String subject, String sid, String reply, String data) {
		return "MSG " + subject + " " + sid + ((reply != null) ? " " + reply : "") + " " + data.length() + "\r\n" + data
				+ "\r\n";
	}

	private static String withHeaders(String subject, String reply, String headers, String data) {
		return "HMSG " + subject + " 9 " + ((reply != null) ? reply + " " : "") + headers.length() + " "
				+ (headers.length() + data.length()) + "\r\n" + headers + data + "\r\n";
	}

}
