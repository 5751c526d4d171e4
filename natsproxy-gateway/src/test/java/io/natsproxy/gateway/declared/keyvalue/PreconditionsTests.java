package io.natsproxy.gateway.declared.keyvalue;

import java.time.Instant;

import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.jetstream.KeyRevision;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PreconditionsTests {

	private static final KeyRevision CURRENT = new KeyRevision("a", 7, KeyRevision.PUT, Instant.EPOCH, new byte[0],
			HeaderFields.EMPTY);

	private static Preconditions of(String name, String... values) {
		FieldList fields = new FieldList();
		for (String value : values) {
			fields.add(name, value);
		}
		return new Preconditions(fields);
	}

	@Test
	void nothingIsRequiredWithoutConditions() {
		Preconditions none = of("Accept", "*/*");
		assertThat(none.present()).isFalse();
		assertThat(none.matches(null)).isTrue();
		assertThat(none.noneMatches(CURRENT)).isTrue();
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "\"7\";true", "W/\"7\";true", "*;true", "\"6\", \"7\";true", "\"6\";false", "\"*\";false" })
	void tagsAreRevisions(String value, boolean matches) {
		assertThat(of("If-Match", value).matches(CURRENT)).isEqualTo(matches);
		assertThat(of("If-None-Match", value).noneMatches(CURRENT)).isEqualTo(!matches);
		assertAbsent(of("If-Match", value), false);
		assertAbsent(of("If-None-Match", value), true);
	}

	private static void assertAbsent(Preconditions conditions, boolean allowed) {
		@Nullable KeyRevision none = null;
		assertThat(conditions.matches(none) && conditions.noneMatches(none)).isEqualTo(allowed);
	}

	@Test
	void repeatedFieldsAreOneList() {
		assertThat(of("If-Match", "\"1\"", "\"7\"").matches(CURRENT)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "7", "", "W/7" })
	void whatIsNoTagIsRefused(String value) {
		assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> of("If-Match", value));
	}

}
