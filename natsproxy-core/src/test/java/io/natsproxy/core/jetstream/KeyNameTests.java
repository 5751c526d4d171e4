package io.natsproxy.core.jetstream;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.nats.client.support.Validator;
import io.natsproxy.core.wire.MalformedMessageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class KeyNameTests {

	@ParameterizedTest
	@CsvSource({ "abc, abc", "a-b_c/9Z, a-b_c/9Z", "a.b, a=2Eb", "*, =2A", ">, =3E", "$, =24", "'a b', a=20b",
			"a=b, a=b", "a=2e, a=2e", "a=2E, a=3D2E", "==41, ==3D41", "é, =C3=A9", "%2A, =252A", ".., =2E=2E" })
	void everyTextIsOneToken(String text, String token) {
		assertThat(KeyName.of(List.of(text))).isEqualTo(token);
		assertThat(KeyName.of(List.of("x", text, "y"))).isEqualTo("x." + token + ".y");
	}

	@Test
	void keysAreThoseOfNatsAndTellTextsApart() {
		List<String> parts = List.of("=", "2", "E", "=2", "=2E", ".", "e", "é", "/", "*");
		List<String> texts = new ArrayList<>();
		for (String one : parts) {
			for (String two : parts) {
				for (String three : parts) {
					texts.add(one + two + three);
				}
			}
		}
		Map<String, String> keys = new HashMap<>();
		for (String text : texts) {
			String key = KeyName.of(List.of(text));
			assertThat(Validator.notNonWildcardKvKey(key)).as(key).isFalse();
			assertThat(key).doesNotContain(".");
			assertThat(keys.getOrDefault(key, text)).isEqualTo(text);
			keys.put(key, text);
		}
	}

	@Test
	void subjectIsReadTokenByToken() {
		assertThat(KeyName.ofSubject("users.a%2Eb.%24x.%C3%A9")).isEqualTo("users.a=2Eb.=24x.=C3=A9");
		assertThat(KeyName.ofSubject("a=2E")).isEqualTo("a=3D2E");
	}

	@Test
	void emptyAndLongKeysAreRefused() {
		assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> KeyName.of(List.of()));
		assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> KeyName.of(List.of("a", "")));
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> KeyName.of(List.of("é".repeat(200))))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(414));
		assertThat(KeyName.of(List.of("a".repeat(KeyName.MAX_LENGTH))).getBytes(StandardCharsets.US_ASCII))
			.hasSize(KeyName.MAX_LENGTH);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "a.", "a.b=2E/_-" })
	void beginningsOfKeys(String prefix) {
		assertThat(KeyName.isPrefix(prefix)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { ".", "a..", "*", "a.>", "a b", "é", "\r\n", "%" })
	void whatIsNoBeginningOfAKey(String prefix) {
		assertThat(KeyName.isPrefix(prefix)).isFalse();
	}

}
