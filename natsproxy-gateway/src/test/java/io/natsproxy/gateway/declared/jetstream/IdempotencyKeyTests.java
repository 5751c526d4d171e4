package io.natsproxy.gateway.declared.jetstream;

import io.natsproxy.gateway.declared.RouteProblemException;
import io.natsproxy.gateway.headers.FieldList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class IdempotencyKeyTests {

	private static String key(String value) {
		FieldList fields = new FieldList();
		fields.add("idempotency-key", value);
		return IdempotencyKey.of(fields, IdempotencyUse.OPTIONAL);
	}

	@Test
	void stringIsReadWithItsEscapes() {
		assertThat(key("\"8e03978e-40d5\"")).isEqualTo("8e03978e-40d5");
		assertThat(key(" \"a b\" ")).isEqualTo("a b");
		assertThat(key("\"a\\\"b\\\\\"")).isEqualTo("a\"b\\");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "\"", "\"\"", "\"a", "a\"", "\"a\\\"", "\"a\\b\"", "\"a\"b\"", "\"a\", \"b\"",
			"\"a\";p", "\" a\"", "\"a \"", "\"\u00e9\"", "\"\t\"", "\"a\r\nb\"", "'a'", ":YQ==:" })
	void whatIsNoStringIsRefused(String value) {
		assertThatExceptionOfType(RouteProblemException.class).isThrownBy(() -> key(value))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400));
	}

	@Test
	void longOrRepeatedKeysAreRefused() {
		assertThat(key('"' + "k".repeat(255) + '"')).hasSize(255);
		assertThatExceptionOfType(RouteProblemException.class).isThrownBy(() -> key('"' + "k".repeat(10_000) + '"'));
		FieldList fields = new FieldList();
		fields.add("Idempotency-Key", "\"a\"");
		fields.add("Idempotency-Key", "\"b\"");
		assertThatExceptionOfType(RouteProblemException.class)
			.isThrownBy(() -> IdempotencyKey.of(fields, IdempotencyUse.OPTIONAL));
	}

	@Test
	void routeDecidesWhetherThereMustBeOne() {
		FieldList none = new FieldList();
		assertThat(IdempotencyKey.of(none, IdempotencyUse.OPTIONAL)).isNull();
		assertThatExceptionOfType(RouteProblemException.class)
			.isThrownBy(() -> IdempotencyKey.of(none, IdempotencyUse.REQUIRED));
		FieldList malformed = new FieldList();
		malformed.add("Idempotency-Key", "a");
		assertThat(IdempotencyKey.of(malformed, IdempotencyUse.IGNORED)).isNull();
	}

}
