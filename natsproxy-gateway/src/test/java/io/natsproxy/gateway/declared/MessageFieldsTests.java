package io.natsproxy.gateway.declared;

import java.util.List;

import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.gateway.headers.FieldList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class MessageFieldsTests {

	@Test
	void namedFieldsGoOutAsTheyAreSpelledHere() {
		FieldList fields = new FieldList();
		fields.add("content-type", "text/plain");
		fields.add("X-KIND", "1");
		fields.add("x-kind", "2");
		fields.add("Cookie", "secret");
		NatsHeaders headers = new MessageFields(List.of("Content-Type", "X-Kind", "X-None")).of(fields);
		StringBuilder lines = new StringBuilder();
		headers.forEach((name, values) -> lines.append(name).append('=').append(values).append(' '));
		assertThat(lines).hasToString("Content-Type=[text/plain] X-Kind=[1, 2] ");
	}

	@Test
	void nothingGoesOutWhereNothingIsNamed() {
		FieldList fields = new FieldList();
		fields.add("Content-Type", "text/plain");
		assertThat(new MessageFields(List.of()).of(fields).isEmpty()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Nats-Msg-Id", "nats-expected-stream", "NATSPROXY-STATUS", "Natsproxy-Reply" })
	void headersThatTellServersSomethingAreNobodys(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> new MessageFields(List.of(name)))
			.withMessage("The header '" + name + "' is not for clients to be set");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "a:b", "a\r\nb", "ü" })
	void malformedNamesAreRefused(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> new MessageFields(List.of(name)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "ü", "a\r\nNats-Msg-Id: 1", "a\nb" })
	void valuesThatCannotStandInAMessageAreRefused(String value) {
		FieldList fields = new FieldList();
		fields.add("Content-Type", value);
		assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> MessageFields.DEFAULT.of(fields))
			.withMessageContaining("'Content-Type'");
	}

}
