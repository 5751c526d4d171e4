package io.natsproxy.gateway.declared.jetstream;

import io.natsproxy.gateway.declared.RouteProblemException;
import io.natsproxy.gateway.headers.FieldList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ExpectedSequenceTests {

	private static FieldList field(String name, String value) {
		FieldList fields = new FieldList();
		fields.add(name, value);
		return fields;
	}

	@Test
	void preconditionsAreSequences() {
		assertThat(ExpectedSequence.of(new FieldList())).isNull();
		assertThat(ExpectedSequence.of(field("If-Match", "\"42\""))).isEqualTo("42");
		assertThat(ExpectedSequence.of(field("If-None-Match", " * "))).isEqualTo("0");
	}

	@ParameterizedTest
	@ValueSource(strings = { "42", "W/\"42\"", "*", "\"\"", "\"-1\"", "\"042\"", "\"1\", \"2\"", "\"1e3\"",
			"\"9999999999999999999\"", "\"\u0661\"" })
	void whatIsNoSequenceIsRefused(String value) {
		assertThatExceptionOfType(RouteProblemException.class)
			.isThrownBy(() -> ExpectedSequence.of(field("If-Match", value)))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400));
	}

	@Test
	void bothOrARevisionThatThereMustNotBeAreRefused() {
		FieldList both = field("If-Match", "\"1\"");
		both.add("If-None-Match", "*");
		assertThatExceptionOfType(RouteProblemException.class).isThrownBy(() -> ExpectedSequence.of(both));
		assertThatExceptionOfType(RouteProblemException.class)
			.isThrownBy(() -> ExpectedSequence.of(field("If-None-Match", "\"1\"")));
	}

}
