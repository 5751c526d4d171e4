package io.natsproxy.webflux.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which patterns are looked at for a path.
 */
class PathPatternIndexTests {

	private static final PathPatternParser PARSER = PathPatternParser.defaultInstance;

	@ParameterizedTest
	@CsvSource(textBlock = """
			/, /, true
			/, /a, false
			/*, /, true
			/a, /a, true
			/a, /a/, false
			/a/, /a/, true
			/a//b, /a//b, true
			/a//b, /a/b, false
			/a/*, /a/, true
			/a/{id}, /a/b, true
			/a/{id}, /a/b/c, false
			/a/{id:[0-9]+}, /a/b, true
			/a/{id}.json, /a/b, true
			/a/b?, /a/bc, true
			/a/**, /a, true
			/a/**, /a/b/c/d, true
			/a/**, /ab, false
			/a/{*rest}, /a/b/c/d, true
			/**/c, /a/b/c, true
			/**, /, true
			/a, /A, true
			/a, /a;v=1, true
			/é, /%C3%89, true
			/𐐀, /%F0%90%90%A8, true
			/a𐐨b, /A%F0%90%90%80B, true
			/𐐀, /%F0%90%90%81, false
			/ſ, /S, true
			/İ, /i, true
			'/a b', /a%20b, true
			""")
	void looksAtWhatMayMatch(String pattern, String path, boolean found) {
		PathPatternIndex<String> index = new PathPatternIndex<>();
		index.add(PARSER.parse(pattern), pattern);
		assertThat(index.find(PathContainer.parsePath(path)).contains(pattern)).isEqualTo(found);
	}

	@Test
	void aValueOfSeveralPatternsIsFoundOnce() {
		PathPatternIndex<String> index = new PathPatternIndex<>();
		List.of("/a/{x}", "/{x}/b", "/**", "/a/b").forEach((pattern) -> index.add(PARSER.parse(pattern), "all"));
		index.add(PARSER.parse("/{x}/{y}"), "other");
		assertThat(index.find(PathContainer.parsePath("/a/b"))).containsExactlyInAnyOrder("all", "other");
		assertThat(index.find(PathContainer.parsePath("/a/b"))).hasSize(2);
	}

	@Test
	void findingChangesNothing() {
		PathPatternIndex<String> index = new PathPatternIndex<>();
		index.add(PARSER.parse("/a"), "a");
		index.add(PARSER.parse("/{x}"), "x");
		index.add(PARSER.parse("/**"), "all");
		index.find(PathContainer.parsePath("/a"));
		assertThat(index.find(PathContainer.parsePath("/b"))).containsExactlyInAnyOrder("x", "all");
	}

	@Test
	void ofManyPatternsFewAreLookedAt() {
		PathPatternIndex<Integer> index = new PathPatternIndex<>();
		for (int i = 0; i < 10_000; i++) {
			index.add(PARSER.parse("/{tenant}/things" + i + "/{id}"), i);
		}
		assertThat(index.find(PathContainer.parsePath("/a/things77/b"))).containsExactly(77);
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void whatMatchesIsAlwaysFound(long seed) {
		Random random = new Random(seed);
		PathPatternParser parser = new PathPatternParser();
		parser.setCaseSensitive(seed % 2 == 0);
		PathPatternIndex<PathPattern> index = new PathPatternIndex<>();
		List<PathPattern> patterns = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			PathPattern pattern = parser.parse(RandomPaths.pattern(random));
			patterns.add(pattern);
			index.add(pattern, pattern);
		}
		for (int i = 0; i < 1000; i++) {
			PathContainer path = PathContainer.parsePath(RandomPaths.path(random));
			assertThat(index.find(path)).as(path.value())
				.containsAll(patterns.stream().filter((pattern) -> pattern.matches(path)).toList());
		}
	}

}
