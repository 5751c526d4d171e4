package io.natsproxy.gateway.declared.object;

import java.util.List;
import java.util.Map;

import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.core.wire.MalformedMessageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ObjectNameTemplateTests {

	@Test
	void variablesAreSegmentsOfTheName() {
		ObjectNameTemplate template = ObjectNameTemplate.of("of/{tenant}-x/{*rest}");
		assertThat(template.variables()).containsExactly("tenant", "rest");
		ObjectName name = template.expand(values(Map.of("tenant", "a"), List.of("b", "c d")));
		assertThat(name).hasToString("of/a-x/b/c d");
		assertThat(name.fixed()).isEqualTo("of/a-x/");
	}

	@Test
	void withoutRestThereIsNoName() {
		ObjectNameTemplate template = ObjectNameTemplate.of("{tenant}/{*rest}");
		assertThat(template.expand(values(Map.of("tenant", "a"), List.of(""))).isEmpty()).isTrue();
		assertThat(template.expand(values(Map.of("tenant", "a"), List.of())).isEmpty()).isTrue();
	}

	@Test
	void fixedNameIsOne() {
		assertThat(ObjectNameTemplate.of("logo.png").expand(values(Map.of(), List.of()))).hasToString("logo.png");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a/b", "", "..", "a\r\nb", "\uD800" })
	void valueMakesNoOtherName(String value) {
		ObjectNameTemplate template = ObjectNameTemplate.of("{tenant}/{*rest}");
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> template.expand(values(Map.of("tenant", value), List.of("b"))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "..", ".", "a/../../b", "/", "a/", "\u0000" })
	void segmentLeadsNowhereElse(String segment) {
		ObjectNameTemplate template = ObjectNameTemplate.of("{tenant}/{*rest}");
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> template.expand(values(Map.of("tenant", "a"), List.of(segment))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{", "a}b", "{}", "{*rest}/a", "a{*rest}" })
	void malformedTemplates(String template) {
		assertThatIllegalArgumentException().isThrownBy(() -> ObjectNameTemplate.of(template));
	}

	private static SubjectTemplate.Values values(Map<String, String> values, List<String> rest) {
		return new SubjectTemplate.Values() {
			@Override
			public String value(String name) {
				return values.get(name);
			}

			@Override
			public List<String> segments(String name) {
				return rest;
			}
		};
	}

}
