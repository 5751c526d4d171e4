package io.natsproxy.core.header;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FieldValue}.
 */
class FieldValueTests {

	@ParameterizedTest
	@ValueSource(strings = { "", "plain", "a\tb", "Gr\u00FC\u00DFe", "\u0080", "\u4E16\u754C", "\uD83D\uDE00" })
	void textComesBackFromTheBytesOfItsUtf8Form(String text) {
		String value = FieldValue.ofText(text);
		assertThat(value.getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
		assertThat(FieldValue.toText(value)).isEqualTo(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u00E9", "Gr\u00FC\u00DFe", "\u00C3", "\u00C0\u008A", "\u00ED\u00A0\u0080" })
	void bytesThatAreNoUtf8AreIso88591(String value) {
		assertThat(FieldValue.toText(value)).isEqualTo(value);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u4E16", "\u00C3\u00A9\u20AC" })
	void textThatAProgramHasSetIsWrittenInUtf8(String text) {
		assertThat(FieldValue.isText(text)).isTrue();
		assertThat(FieldValue.toText(text)).isEqualTo(text);
		assertThat(FieldValue.toBytes(text).getBytes(StandardCharsets.ISO_8859_1))
			.isEqualTo(text.getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void bytesAreWrittenAsTheyAre() {
		assertThat(FieldValue.isText("\u00C3\u00A9\u00FF")).isFalse();
		assertThat(FieldValue.toBytes("\u00C3\u00A9\u00FF")).isEqualTo("\u00C3\u00A9\u00FF");
	}

	@Test
	void asciiIsReturnedAsItIs() {
		String value = new String("no-store");
		assertThat(FieldValue.toText(value)).isSameAs(value);
		assertThat(FieldValue.ofText(value)).isSameAs(value);
		assertThat(FieldValue.toBytes(value)).isSameAs(value);
	}

}
