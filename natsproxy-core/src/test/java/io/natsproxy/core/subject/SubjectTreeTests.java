package io.natsproxy.core.subject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SubjectTreeTests {

	private final SubjectTree<String> tree = new SubjectTree<>();

	private void put(String... subjects) {
		for (String subject : subjects) {
			this.tree.put(subject, subject);
		}
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			GET:, GET:
			GET:.a, GET:.a
			GET:.a.b, GET:.a.b
			GET:.a.c, GET:.a.*
			GET:.a.b.c, GET:.a.>
			GET:.x, GET:.*
			GET:.x.y, GET:.*.y
			GET:.x.z, GET:.>
			GET:.x.y.z, GET:.>
			POST:,
			POST:.a,
			""")
	void mostSpecificSubjectThatMatchesIsFound(String subject, String expected) {
		put("GET:.>", "GET:.*", "GET:.*.y", "GET:.a.>", "GET:.a.*", "GET:.a.b", "GET:.a", "GET:");
		assertThat(this.tree.find(subject)).isEqualTo(expected);
	}

	@Test
	void literalTokenThatLeadsNowhereHidesNoWildcard() {
		put("a.b.c", "a.*.d", "*.b.e", ">");
		assertThat(this.tree.find("a.b.d")).isEqualTo("a.*.d");
		assertThat(this.tree.find("a.b.e")).isEqualTo("*.b.e");
		assertThat(this.tree.find("a.b.f")).isEqualTo(">");
	}

	@Test
	void restIsAtLeastOneToken() {
		put("a.>");
		assertThat(this.tree.find("a")).isNull();
		assertThat(this.tree.find("a.b")).isEqualTo("a.>");
	}

	@Test
	void firstValueOfASubjectStays() {
		this.tree.put("a.*", "first");
		this.tree.put("a.*", "second");
		this.tree.put("b.>", "first");
		this.tree.put("b.>", "second");
		assertThat(this.tree.find("a.x")).isEqualTo("first");
		assertThat(this.tree.find("b.x")).isEqualTo("first");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5, 64, 4000 })
	void tokensOfAllLengthsAreTold(int length) {
		String token = "\uFFFF".repeat(length);
		put("a", "a." + token, "a." + token + ".b", "*." + token + token);
		assertThat(this.tree.find("a." + token)).isEqualTo("a." + token);
		assertThat(this.tree.find("a." + token + ".b")).isEqualTo("a." + token + ".b");
		assertThat(this.tree.find("a." + token + token)).isEqualTo("*." + token + token);
		assertThat(this.tree.find("a." + token + "a")).isNull();
		assertThat(this.tree.find("a." + token.substring(1))).isNull();
	}

	@Test
	void thousandsOfSubjectsAreTold() {
		for (int i = 0; i < 10_000; i++) {
			put("GET:.t" + i + ".*");
		}
		for (int i = 0; i < 10_000; i++) {
			assertThat(this.tree.find("GET:.t" + i + ".x")).isEqualTo("GET:.t" + i + ".*");
		}
	}

}
