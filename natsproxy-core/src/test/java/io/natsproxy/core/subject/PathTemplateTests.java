package io.natsproxy.core.subject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PathTemplateTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			/                     | /
			''                    | /
			/orders               | /orders
			/orders/              | /orders/
			/orders/{id}          | /orders/{id}
			/orders/{id:[0-9]+}   | /orders/{id}
			/a/{x:[a-z]{2}/?}/b   | /a/{x}/b
			/v{a}.{b}             | /v{a}.{b}
			/files/**             | /files/{rest}
			/files/{*path}        | /files/{path}
			/a/*/b                | /a/{segment}/b
			/*/*                  | /{segment}/{segment2}
			/*.txt                | /{segment}.txt
			/a?c                  | /a{segment}c
			/**/b                 | /{rest}/b
			/{segment}/*          | /{segment}/{segment2}
			/{rest}/**            | /{rest}/{rest2}
			/{a b/c}              | /{a_b_c}
			/café/ü b             | /caf%C3%A9/%C3%BC%20b
			/50%                  | /50%25
			/<b>                  | /%3Cb%3E
			/{open                | /{open}
			/{}                   | /{segment}
			/a}b                  | /a%7Db
			orders                | /orders
			""")
	void everyPatternIsATemplate(String pattern, String path) {
		assertThat(PathTemplate.of(pattern).path()).isEqualTo(path);
	}

	@Test
	void variablesKeepWhatIsKnownOfThem() {
		assertThat(PathTemplate.of("/a/{x:[a-z]{2}}/{*y}").variables()).containsExactly(
				new PathTemplate.Variable("x", "[a-z]{2}", false), new PathTemplate.Variable("y", null, true));
	}

	@Test
	void namesOfVariablesAreNoPartOfTheShape() {
		assertThat(PathTemplate.of("/a/{x}/b/*").shape()).isEqualTo(PathTemplate.of("/a/{y:[0-9]+}/b/{z}").shape())
			.isEqualTo("/a/{}/b/{}");
		assertThat(PathTemplate.of("/a/{x}").shape()).isNotEqualTo(PathTemplate.of("/a/x").shape());
	}

	@Test
	void manyVariablesOfOneNameGetNumbersOfTheirOwn() {
		PathTemplate template = PathTemplate.of("/{x2}" + "/{x}".repeat(100_000));
		assertThat(template.variables().stream().map(PathTemplate.Variable::name).distinct().count())
			.isEqualTo(100_001);
		assertThat(template.variables().subList(0, 4)).extracting(PathTemplate.Variable::name)
			.containsExactly("x2", "x", "x3", "x4");
		assertThat(template.shape().equals("/{}".repeat(100_001))).isTrue();
	}

}
