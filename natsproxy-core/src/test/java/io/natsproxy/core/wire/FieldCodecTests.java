package io.natsproxy.core.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import io.nats.client.impl.Headers;
import io.nats.client.support.IncomingHeadersProcessor;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link FieldCodec}.
 */
class FieldCodecTests {

	private final FieldCodec codec = new FieldCodec();

	@ParameterizedTest
	@CsvSource({ "content-type,Content-Type", "CONTENT-TYPE,Content-Type", "Content-Type,Content-Type", "etag,Etag",
			"x-b3-traceid,X-B3-Traceid", "a,A", "-a-,-A-", "x_y.z,X_y.z", "x~!#$%&'*+^`|,X~!#$%&'*+^`|" })
	void namesAreCanonicalInBothDirections(String name, String canonical) {
		assertThat(encoded(name, "v")).containsOnly(Map.entry(canonical, List.of("v")));
		assertThat(decoded(new NatsHeaders().add(name, "v"))).containsOnly(Map.entry(canonical, List.of("v")));
	}

	@Test
	void repeatedValuesStayApartAndInOrder() {
		NatsHeaders headers = encode((action) -> action.accept("Set-Cookie", List.of("b=1", "a=2, c", "b=1")));
		assertThat(headers.get("Set-Cookie")).containsExactly("b=1", "a=2, c", "b=1");
		assertThat(decoded(overTheWire(headers))).containsEntry("Set-Cookie", List.of("b=1", "a=2, c", "b=1"));
	}

	@Test
	void valuesOfANameInTwoCasesComeTogether() {
		assertThat(encoded("X-A", "1", "x-a", "2")).containsEntry("X-A", List.of("1", "2"));
	}

	@Test
	void emptyValueIsCarried() {
		NatsHeaders headers = encode(TestFields.of("X-Empty", "", "X-Other", "1"));
		assertThat(decoded(overTheWire(headers))).containsEntry("X-Empty", List.of(""));
	}

	@ParameterizedTest
	@ValueSource(strings = { "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate",
			"Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings", "Expect",
			"Natsproxy-Status", "Natsproxy-Version", "Natsproxy-Whatever", "Nats-Msg-Id", "Nats-Expected-Stream",
			"Nats-Service-Error-Code", "Nats-" })
	void hopByHopAndReservedFieldsTravelInNeitherDirection(String name) {
		for (String spelling : List.of(name, name.toLowerCase(), name.toUpperCase())) {
			assertThat(encoded(spelling, "x", "X-Kept", "y")).containsOnlyKeys("X-Kept");
			assertThat(decoded(new NatsHeaders().add(spelling, "x").add("X-Kept", "y"))).containsOnlyKeys("X-Kept");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "Natsproxy", "Nats", "X-Nats-Msg-Id", "Natsy-A", "Host", "Cookie", "Content-Length",
			"X-Forwarded-For", "Forwarded" })
	void otherFieldsTravel(String name) {
		assertThat(encoded(name, "x")).containsEntry(name, List.of("x"));
	}

	@Test
	void fieldsThatConnectionNominatesTravelInNeitherDirection() {
		String[] fields = { "connection", "close, X-Hop ,x-other", "CONNECTION", "x-third", "x-hop", "1", "X-OTHER",
				"2", "X-Third", "3", "X-Kept", "4" };
		assertThat(encoded(fields)).containsOnlyKeys("X-Kept");
		NatsHeaders headers = new NatsHeaders();
		TestFields.of(fields).forEach(headers::add);
		assertThat(decoded(headers)).containsOnlyKeys("X-Kept");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u00E9", "\u00C3\u00A9", "\u0080\u00FF", "100% \u20AC", "\uD83D\uDE00", "%41\u00E9",
			"tab\t\u00E9" })
	void valueThatIsNotAsciiIsEscaped(String value) {
		NatsHeaders headers = encode(TestFields.of("x-name", value, "X-Plain", "100%"));
		assertThat(headers.get("Natsproxy-Escaped")).containsExactly("X-Name");
		assertThat(headers.getFirst("X-Name")).doesNotContain(value).contains("%");
		assertThat(headers.getFirst("X-Plain")).isEqualTo("100%");
		assertThat(decoded(overTheWire(headers)))
			.isEqualTo(Map.of("X-Name", List.of(value), "X-Plain", List.of("100%")));
	}

	@ParameterizedTest
	@CsvSource({ "\u00C3\u00A9,%C3%A9", "\u00E9,%E9", "\u0080\u00FF,%80%FF" })
	void bytesOfTheFieldAreEscaped(String value, String escaped) {
		NatsHeaders headers = encode(TestFields.of("X-A", value));
		assertThat(headers.getFirst("X-A")).isEqualTo(escaped);
		assertThat(headers.containsKey("Natsproxy-Text")).isFalse();
	}

	@Test
	void allValuesOfANameAreTextsOrNone() {
		NatsHeaders headers = encode(TestFields.of("X-A", "\u00E9", "X-B", "\u00E9", "x-a", "\u20AC"));
		assertThat(headers.get("X-A")).containsExactly("%C3%A9", "%E2%82%AC");
		assertThat(headers.get("X-B")).containsExactly("%E9");
		assertThat(headers.get("Natsproxy-Escaped")).containsExactly("X-A,X-B");
		assertThat(headers.get("Natsproxy-Text")).containsExactly("X-A");
		assertThat(decoded(overTheWire(headers)))
			.isEqualTo(Map.of("X-A", List.of("\u00E9", "\u20AC"), "X-B", List.of("\u00E9")));
	}

	@Test
	void textThatIsNotEscapedIsAsItIs() {
		NatsHeaders headers = new NatsHeaders().add("Natsproxy-Text", "X-A").add("X-A", "%E2%82%AC");
		assertThat(decoded(headers)).containsEntry("X-A", List.of("%E2%82%AC"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "%0D%0AX-Injected: 1", "%00", "%7F", "%E2%82%AC%0A" })
	void controlCharactersOfATextAreRefused(String value) {
		assertMalformed(
				new NatsHeaders().add("Natsproxy-Escaped", "X-A").add("Natsproxy-Text", "X-A").add("X-A", value));
	}

	@Test
	void escapedNamesAreListed() {
		NatsHeaders headers = encode(TestFields.of("X-A", "\u00E9", "X-B", "plain", "X-C", "\u00E8"));
		assertThat(headers.get("Natsproxy-Escaped")).containsExactly("X-A,X-C");
	}

	@Test
	void allValuesOfANameAreEscapedOrNone() {
		NatsHeaders headers = encode(TestFields.of("X-A", "100%", "x-a", "\u00E9", "X-a", "%41"));
		assertThat(headers.get("X-A")).containsExactly("100%25", "%E9", "%2541");
		assertThat(headers.get("Natsproxy-Escaped")).containsExactly("X-A");
		assertThat(decoded(headers)).containsEntry("X-A", List.of("100%", "\u00E9", "%41"));
	}

	@Test
	void fieldThatDoesNotTravelIsNotListedAsEscaped() {
		assertThat(encoded("Connection", "\u00E9", "Nats-X", "\u00E9")).isEmpty();
	}

	@Test
	void escapedNamesAreReadInAnyCaseAndFromSeveralLines() {
		NatsHeaders headers = new NatsHeaders().add("Natsproxy-Escaped", "x-a, X-B")
			.add("Natsproxy-Escaped", "X-C")
			.add("X-A", "%41")
			.add("x-b", "%42")
			.add("X-C", "%43")
			.add("X-D", "%44");
		assertThat(decoded(headers))
			.isEqualTo(Map.of("X-A", List.of("A"), "X-B", List.of("B"), "X-C", List.of("C"), "X-D", List.of("%44")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\rb", "a\nb", "a\r\nX-Injected: 1", "\0", "\u0001", "\u007F", "\u001F" })
	void controlCharactersAreEscapedByUsAndRefusedFromAnybody(String value) {
		NatsHeaders headers = encode(TestFields.of("X-A", value));
		assertThat(headers.getFirst("X-A")).matches("[ -~]*");
		assertMalformed(headers);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\0", "\u0001", "\u007F" })
	void controlCharactersThatNatsCarriesAreRefused(String value) {
		assertMalformed(new NatsHeaders().add("X-A", value));
	}

	@Test
	void tabIsNoControlCharacter() {
		assertThat(encoded("X-A", "a\tb")).containsOnly(Map.entry("X-A", List.of("a\tb")));
		assertThat(decoded(new NatsHeaders().add("X-A", "a\tb"))).containsEntry("X-A", List.of("a\tb"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "%", "%4", "%zz", "a%" })
	void malformedEscapingIsRefused(String value) {
		assertMalformed(new NatsHeaders().add("Natsproxy-Escaped", "X-A").add("X-A", value));
	}

	@ParameterizedTest
	@ValueSource(strings = { "X A", "X(A)", "X/A", "X\"A", "X[1]", "{x}", "X@A", "X=A", "X,A" })
	void nameThatIsNoTokenIsRefusedInBothDirections(String name) {
		assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> encoded(name, "v"));
		if (!name.contains(" ")) {
			assertMalformed(new NatsHeaders().add(name, "v"));
		}
	}

	@Test
	void emptyNameIsRefused() {
		assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> encoded("", "v"));
	}

	@Test
	void noHeadersAreNoFields() {
		assertThat(TestFields.toMap(this.codec.decode(null))).isEmpty();
		assertThat(decoded(new NatsHeaders())).isEmpty();
	}

	@Test
	void moreNamesThanAreRememberedAreReadAlike() {
		for (int i = 0; i < 3_000; i++) {
			assertThat(encoded("x-name-" + i, "v")).containsOnlyKeys("X-Name-" + i);
		}
	}

	private NatsHeaders encode(HeaderFields fields) {
		NatsHeaders headers = new NatsHeaders();
		this.codec.encode(fields, headers);
		return headers;
	}

	private Map<String, List<String>> encoded(String... fields) {
		return TestFields.toMap(encode(TestFields.of(fields)));
	}

	private Map<String, List<String>> decoded(NatsHeaders headers) {
		return TestFields.toMap(this.codec.decode(headers));
	}

	private static NatsHeaders overTheWire(NatsHeaders headers) {
		Headers sent = new Headers();
		headers.forEach(sent::add);
		byte[] bytes = sent.getSerialized();
		assertThat(bytes).hasSize(headers.serializedLength());
		assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).matches("[\\x00-\\x7F]*");
		NatsHeaders received = new NatsHeaders();
		new IncomingHeadersProcessor(bytes).getHeaders().forEach(received::add);
		return received;
	}

	private void assertMalformed(NatsHeaders headers) {
		assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> this.codec.decode(headers))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400));
	}

}
