package io.natsproxy.webflux.server;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Comparison of path patterns.
 */
class PatternSegmentsTests {

	@ParameterizedTest
	@CsvSource({ "/api/**, /api/orders/{id}", "/api/**, /api", "/**, /", "/a/{x}, /{y}/b", "/a/*, /a/b",
			"/a/{x}/c, /a/b/{y}", "/{*all}, /a/b", "/a/**, /**/b", "/a-*, /a-b", "/{x:[0-9]+}, /{y}",
			"/{x:[0-9]{2}/?}, /{y}", "/a/**/b, /a/c/d/b" })
	void patternsThatMatchOnePathMeet(String some, String other) {
		assertThat(PatternSegments.of(some).meets(PatternSegments.of(other))).isTrue();
		assertThat(PatternSegments.of(other).meets(PatternSegments.of(some))).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "/api/**, /apis", "/api/**, /other/{id}", "/a/{x}, /a", "/a/b, /a/c", "/a-*, /b", "/{x:[0-9]+}, /abc",
			"/a/*/c, /a/b/d", "/a, /a/b" })
	void patternsThatMatchNoPathTogetherDoNotMeet(String some, String other) {
		assertThat(PatternSegments.of(some).meets(PatternSegments.of(other))).isFalse();
		assertThat(PatternSegments.of(other).meets(PatternSegments.of(some))).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "/api/**, /api/orders/{id}, true", "/api/**, /api, true", "/api/{x}, /api/{y}, true",
			"/api/{x}, /api/a, true", "/api/*, /api/{y:[0-9]+}, true", "/{x:[0-9]+}, /{y}, false",
			"/api/a, /api/{x}, false", "/api/*, /api/**, false", "/api/*, /api/a/b, false", "/**/a, /a, false",
			"/**, /a/**, true" })
	void patternCoversAllThatTheOtherMatches(String pattern, String other, boolean covers) {
		assertThat(PatternSegments.of(pattern).covers(PatternSegments.of(other))).isEqualTo(covers);
	}

}
