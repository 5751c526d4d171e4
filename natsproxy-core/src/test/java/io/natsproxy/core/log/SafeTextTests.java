package io.natsproxy.core.log;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SafeTextTests {

	@ParameterizedTest
	@ValueSource(strings = { "", "plain", "déjà vu", "日本", "😀 smile" })
	void printableTextIsTheSame(String text) {
		assertThat(SafeText.of(text)).isSameAs(text);
	}

	@ParameterizedTest
	@CsvSource({ "'a\nb'", "'a\rb'", "'a\u0000b'", "'a\u001bb'", "'a\u007fb'", "'a\u0085b'", "'a\u2028b'", "'a\u202eb'",
			"'a\ud800b'", "'a\ue000b'", "'a\tb'", "'a\u200bb'" })
	void charactersThatAreNotPrintableBecomeQuestionMarks(String text) {
		assertThat(SafeText.of(text)).isEqualTo("a?b");
	}

	@Test
	void longTextIsCut() {
		assertThat(SafeText.of("x".repeat(1024))).hasSize(1024).doesNotEndWith(".");
		assertThat(SafeText.of("x".repeat(900_000))).hasSize(1024).endsWith("x...");
		assertThat(SafeText.of("abcdef\n", 5)).isEqualTo("ab...");
	}

	@Test
	void noCharacterIsCutInTwo() {
		assertThat(SafeText.of("a😀bcd", 5)).isEqualTo("a?...");
	}

}
