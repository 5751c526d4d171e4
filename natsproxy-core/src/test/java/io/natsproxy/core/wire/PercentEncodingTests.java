package io.natsproxy.core.wire;

import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PercentEncoding}.
 */
class PercentEncodingTests {

	@ParameterizedTest
	@CsvSource({ "abc,abc", "a b,a%20b", "100%,100%25", "\u00E9,%C3%A9", "\u20AC,%E2%82%AC",
			"\uD83D\uDE00,%F0%9F%98%80" })
	void textIsEncodedAsUtf8InUpperCase(String text, String encoded) {
		assertThat(PercentEncoding.encode(text.getBytes(StandardCharsets.UTF_8), Character::isLetterOrDigit))
			.isEqualTo(encoded);
		assertThat(PercentEncoding.decode(encoded)).isEqualTo(text);
	}

	@Test
	void zeroAndPercentAreNeverLiteral() {
		assertThat(PercentEncoding.encode(new byte[] { 0, '%' }, (octet) -> true)).isEqualTo("%00%25");
	}

	@Test
	void lowerCaseIsDecodedToo() {
		assertThat(PercentEncoding.decode("%c3%a9")).isEqualTo("\u00E9");
	}

	@ParameterizedTest
	@ValueSource(strings = { "%", "%4", "a%", "%zz", "%4z", "%%41", "%-1", "% 1", "%\uFF11\uFF11" })
	void malformedEncodingIsRefused(String encoded) {
		assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> PercentEncoding.decode(encoded))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400));
	}

	@Test
	void anyBytesSurviveTheRoundTrip() {
		byte[] octets = new byte[256];
		for (int i = 0; i < octets.length; i++) {
			octets[i] = (byte) i;
		}
		assertThat(PercentEncoding.octets(PercentEncoding.encode(octets, (octet) -> octet > ' ' && octet < 0x7F)))
			.isEqualTo(octets);
	}

	@Test
	void anyTextSurvivesTheRoundTrip() {
		Random random = new Random(7);
		for (int run = 0; run < 5_000; run++) {
			String text = random.ints(random.nextInt(12), 0, Character.MAX_CODE_POINT + 1)
				.map((codePoint) -> (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) ? '%'
						: codePoint)
				.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
				.toString();
			String encoded = PercentEncoding.encode(text.getBytes(StandardCharsets.UTF_8),
					(octet) -> octet > ' ' && octet < 0x7F);
			assertThat(encoded.chars()).allMatch((c) -> c > ' ' && c < 0x7F);
			assertThat(PercentEncoding.decode(encoded)).isEqualTo(text);
		}
	}

}
