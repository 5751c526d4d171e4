package io.natsproxy.core.websocket;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Utf8}.
 */
class Utf8Tests {

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "\u0000\u007F", "é", "a€b", "\uD83D\uDE00", "aaaaaaaaaaaaaaaaé" })
	void textIsValid(String text) {
		assertThat(Utf8.isValid(text.getBytes(StandardCharsets.UTF_8))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "80", "c3", "61c3", "c328", "c0af", "e0809f", "eda080", "f4908080", "fe", "61ff62" })
	void otherBytesAreNot(String hex) {
		assertThat(Utf8.isValid(HexFormat.of().parseHex(hex))).isFalse();
	}

}
