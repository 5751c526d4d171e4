package io.natsproxy.core.subject;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.natsproxy.core.wire.LiteralSubject;
import io.natsproxy.core.wire.MalformedMessageException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SubjectTemplateTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			""               | it begins with literal text
			{a}              | it begins with literal text
			{a}.b            | it begins with literal text
			.b               | it begins with literal text
			$JS.API          | subjects that begin with '$' are those of NATS itself
			a.               | a token is empty
			a..b             | a token is empty
			a.*              | '*' has a wildcard, or what is no printable ASCII
			a.>              | a wildcard
			a.b c            | 'b c' has a wildcard, or what is no printable ASCII
			a.ü              | what is no printable ASCII
			a.b}             | 'b}' has a wildcard
			a.x*{b}          | 'x*' has a wildcard
			a.{b}>           | '>' has a wildcard
			a.{b             | a brace is not closed
			a.{b:[x}         | the regular expression '[x' is: Unclosed character class
			a.{}             | a variable has no name
			a.{:x}           | a variable has no name
			a.{*}            | a variable has no name
			a.{b}{c}         | there is one variable in a token
			a.{b}x{c}        | there is one variable in a token
			a.{*b}.c         | '>' and '{*…}' stand at the end only
			a.x{*b}          | '{*b}' is a token of its own
			a.{*b}x          | '{*b}' is a token of its own
			""")
	void malformedTemplateIsRefusedWithTheReason(String template, String reason) {
		assertThatIllegalArgumentException().isThrownBy(() -> SubjectTemplate.of(template))
			.withMessageContaining("Subject template '" + template + "' is malformed: ")
			.withMessageContaining(reason);
	}

	@Test
	void subscriptionsMayHaveWildcardsOfTheirOwn() {
		SubjectTemplate template = SubjectTemplate.ofSubscription("prices.{symbol}.*.>");
		assertThat(expand(template, "symbol", "*")).isEqualTo("prices.%2A.*.>");
		assertThatIllegalArgumentException().isThrownBy(() -> SubjectTemplate.ofSubscription("a.>.b"))
			.withMessageContaining("stand at the end only");
		assertThatIllegalArgumentException().isThrownBy(() -> SubjectTemplate.ofSubscription("a.b*"))
			.withMessageContaining("has a wildcard");
	}

	@Test
	void tellsItsVariables() {
		SubjectTemplate template = SubjectTemplate.of("a.{x}.v{y:[0-9]{2}}.{x}.{*rest}");
		assertThat(template.variables()).containsExactly("x", "y", "rest");
		assertThat(template.restVariable()).isEqualTo("rest");
		assertThat(SubjectTemplate.of("a.{x}").restVariable()).isNull();
		assertThat(template).hasToString("a.{x}.v{y:[0-9]{2}}.{x}.{*rest}");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			x         | a.x
			..        | a.%2E%2E
			a.b       | a.a%2Eb
			*         | a.%2A
			>         | a.%3E
			%2E       | a.%252E
			$JS       | a.%24JS
			a$        | a.a$
			a b       | a.a%20b
			ü         | a.%C3%BC
			😀        | a.%F0%9F%98%80
			/etc      | a./etc
			""")
	void valueIsOneTokenWhateverItIs(String value, String subject) {
		SubjectTemplate template = SubjectTemplate.of("a.{x}");
		assertThat(expand(template, "x", value)).isEqualTo(subject);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\r\nPUB x 0\r\n", "\0", "\t", "\u007F", "\u0085", "\u2028" })
	void controlCharactersAreEncoded(String value) {
		String subject = expand(SubjectTemplate.of("a.{x}"), "x", value);
		assertThat(LiteralSubject.isValid(subject)).isTrue();
		assertThat(subject).matches("[!-~]+");
	}

	@Test
	void valueCanBeToldFromItsToken() {
		SubjectTemplate template = SubjectTemplate.of("a.v{x}.z");
		List<String> values = List.of(".", "%2E", "..", "*", ">", " ", "%", "%20", "$", "ü", "a.b", "a%2Eb");
		assertThat(values.stream().map((value) -> expand(template, "x", value)).distinct()).hasSize(values.size());
		assertThat(expand(template, "x", "$1.5")).isEqualTo("a.v$1%2E5.z");
	}

	@Test
	void longValueIsOneLongToken() {
		String value = "x".repeat(10 * 1024);
		assertThat(expand(SubjectTemplate.of("a.{x}"), "x", value)).isEqualTo("a." + value);
	}

	@Test
	void valueMatchesItsPatternAsAWhole() {
		SubjectTemplate template = SubjectTemplate.of("a.{x:[a-z]{2}\\}?}");
		assertThat(expand(template, "x", "ab")).isEqualTo("a.ab");
		assertThat(expand(template, "x", "ab}")).isEqualTo("a.ab}");
		for (String value : List.of("a", "abc", "AB", "ab\n", "ab\r\nPUB")) {
			assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> expand(template, "x", value))
				.withMessage("'x' is not as it has to be");
		}
	}

	@Test
	void noPatternIsAskedAboutLongValues() {
		SubjectTemplate template = SubjectTemplate.of("a.{x:(x+x+)+y}");
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> expand(template, "x", "x".repeat(SubjectTemplate.MAX_MATCHED + 1)))
			.withMessage("'x' is not as it has to be");
		assertThat(expand(SubjectTemplate.of("a.{x:x*}"), "x", "x".repeat(SubjectTemplate.MAX_MATCHED)))
			.hasSize(SubjectTemplate.MAX_MATCHED + 2);
	}

	@Test
	void missingAndEmptyValuesAreRefused() {
		SubjectTemplate template = SubjectTemplate.of("a.{x}");
		assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> expand(template, "y", "1"))
			.withMessage("'x' is missing")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400));
		assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> expand(template, "x", ""))
			.withMessage("'x' is empty");
	}

	@Test
	void restIsOneTokenForEachSegment() {
		SubjectTemplate template = SubjectTemplate.of("a.{*x:[a-z.]+}");
		assertThat(template.expand(rest("b", "c.d"))).isEqualTo("a.b.c%2Ed");
		for (Values refused : List.of(rest(), rest("b", ""), rest("b", "C"))) {
			assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> template.expand(refused));
		}
	}

	private static String expand(SubjectTemplate template, String name, String value) {
		return template.expand(new Values(Map.of(name, value), List.of()));
	}

	private static Values rest(String... segments) {
		return new Values(Map.of(), Arrays.asList(segments));
	}

	private record Values(Map<String, String> values, List<String> rest) implements SubjectTemplate.Values {

		@Override
		public @Nullable String value(String name) {
			return this.values.get(name);
		}

		@Override
		public List<String> segments(String name) {
			return this.rest;
		}

	}

}
