package io.natsproxy.webflux.path;

import java.net.URI;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.server.RequestPath;
import org.springframework.web.util.pattern.PatternParseException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PathConditionTests {

	@ParameterizedTest
	@CsvSource({ "/login/**, /login, true", "/login/**, /login/a/b, true", "/login/**, /logins, false",
			"login/*, /login/a, true", "/a/{id:\\d+}, /a/12, true", "/a/{id:\\d+}, /a/b, false",
			"/admin, /%61dmin, true", "/admin, /admin;v=1, true", "/admin, /ADMIN, false", "/admin, /admin/, false" })
	void patternMatchesAsSpringsDoes(String pattern, String path, boolean matches) {
		assertThat(PathCondition.pattern(pattern).matches(path(path))).isEqualTo(matches);
	}

	@ParameterizedTest
	@CsvSource({ "/login.*, /login, true", "/login.*, /login/a/b, true", "/log, /login, false", "/in, /login/in, false",
			"/admin, /%61dmin, true", "/admin, /admin;v=1, true", "/a/b, /a%2Fb, true",
			"/Gr\u00fc\u00dfe, /Gr%C3%BC%C3%9Fe, true", "/a.b, /a%0Ab, true" })
	void expressionMatchesTheWholeDecodedPath(String expression, String path, boolean matches) {
		assertThat(PathCondition.regex(expression).matches(path(path))).isEqualTo(matches);
	}

	@Test
	void conditionLooksAtThePathWithinTheApplication() {
		RequestPath path = RequestPath.parse(URI.create("/prefix/admin"), "/prefix");
		assertThat(PathCondition.pattern("/admin").matches(path)).isTrue();
		assertThat(PathCondition.regex("/admin").matches(path)).isTrue();
		assertThat(PathCondition.pattern("/prefix/admin").matches(path)).isFalse();
	}

	@Test
	void everyPathIsAnyPath() {
		assertThat(PathCondition.any().matches(path("/"))).isTrue();
		assertThat(PathCondition.any().matches(path("/a/b"))).isTrue();
	}

	@Test
	void settingsGiveAPatternOrAnExpressionOrNothing() {
		assertThat(PathCondition.of("/a/*", null)).hasToString("/a/*");
		assertThat(PathCondition.of(null, "/a.*")).hasToString("regex /a.*");
		assertThat(PathCondition.of(null, null)).isNull();
		assertThatIllegalArgumentException().isThrownBy(() -> PathCondition.of("/a", "/b"))
			.withMessage("Set 'path' or 'regex', not both ('/a', '/b')");
	}

	@Test
	void malformedConditionsAreRefused() {
		assertThatExceptionOfType(PatternParseException.class).isThrownBy(() -> PathCondition.pattern("/{a"));
		assertThatIllegalArgumentException().isThrownBy(() -> PathCondition.regex("("));
	}

	private static RequestPath path(String path) {
		return RequestPath.parse(URI.create(path), null);
	}

}
