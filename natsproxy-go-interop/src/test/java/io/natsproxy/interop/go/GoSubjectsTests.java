package io.natsproxy.interop.go;

import java.util.Set;

import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.wire.MalformedMessageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class GoSubjectsTests {

	private final GoSubjects subjects = new GoSubjects();

	@ParameterizedTest
	@CsvSource({ "/test/1/abc, GET:.test.1.abc", "/caf%C3%A9/1, GET:.café.1", "/café, GET:.café", "/%61, GET:.a",
			"/$SYS, GET:.$SYS" })
	void subjectsAreTheDecodedPath(String path, String subject) {
		assertThat(this.subjects.subjects("GET", path)).containsExactly(subject);
		assertThat(this.subjects.agree(subject, "GET", path)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "/, GET:", "/a/, GET:.a.%", "//a, GET:.%.a", "/a%20b, GET:.a%20b", "/*, GET:.%2A",
			"/a/%3E, GET:.a.%3E", "/a%0D%0APUB, GET:.a%0D%0APUB", "/a%00, GET:.a%00", "/a%2Fb, GET:.a/b",
			"/a;v=1/b, GET:.a.b", "/a%3Bv=1, GET:.a;v=1", "/%FF, GET:.%FF", "/100%25, GET:.100%25", "/.., GET:.%2E%2E",
			"/café/a%20b, GET:.café.a%20b", "/%C2%85, GET:.%C2%85" })
	void whatWouldBreakASubjectIsEncoded(String path, String subject) {
		String first = this.subjects.subjects("GET", path).get(0);
		assertThat(first).isEqualTo(subject);
		assertThat(first).matches("GET:|GET:(\\.[^.\\s*>\\p{Cntrl}]+)+");
	}

	@Test
	void aPathWithDotsHasASecondSubject() {
		assertThat(this.subjects.subjects("GET", "/v1.0/users")).containsExactly("GET:.v1%2E0.users",
				"GET:.v1.0.users");
		assertThat(this.subjects.subjects("GET", "/.well-known")).containsExactly("GET:.%2Ewell-known");
		assertThat(this.subjects.subjects("GET", "/a..b")).containsExactly("GET:.a%2E%2Eb");
		assertThat(this.subjects.subjects("GET", "/%2525")).containsExactly("GET:.%2525");
	}

	@Test
	void headHasASubjectOfItsOwn() {
		assertThat(this.subjects.subjects("HEAD", "/a")).containsExactly("HEAD:.a");
		assertThat(this.subjects.subjects("HEAD", "/")).containsExactly("HEAD:");
		assertThat(this.subjects.agree("HEAD:.a", "HEAD", "/a")).isTrue();
		assertThat(this.subjects.agree("GET:.a", "HEAD", "/a")).isTrue();
		assertThat(this.subjects.agree("GET:.café", "HEAD", "/caf%C3%A9")).isTrue();
		assertThat(this.subjects.agree("HEAD:.a", "GET", "/a")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/a", "/a/", "//a", "/1.2", "/a%2Fb", "/a;v=1/b", "/caf%C3%A9", "/%2A", "/%25",
			"/%00", "/$x" })
	void theCanonicalSubjectAgrees(String path) {
		assertThat(this.subjects.agree(new SubjectCodec("").subject("GET", path), "GET", path)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "GET:.public, /admin", "GET:.a, /b", "POST:.a, /a", "GET:.a.b, /a%2Fb", "GET:.a.b, /a.b",
			"GET:.users.admin;x=1, /users/admin;x=1", "GET:.%2E, /%252E", "GET:.%, /%25",
			"GET:.users.%61dmin, /users/admin", "GET:.users.%2Aa, /users/%252Aa", "GET:.café.x, /café.x", "GET:., /",
			"GET:.*, /*", "GET:.a.>, /a/>", "'', /a" })
	void theSubjectOfAnotherPathDoesNotAgree(String subject, String path) {
		assertThat(this.subjects.agree(subject, "GET", path)).isFalse();
	}

	@Test
	void aPercentSignThatEncodesNothingAgrees() {
		assertThat(this.subjects.agree("GET:.100%", "GET", "/100%25")).isTrue();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "/ | GET: HEAD:", "/a/{id} | GET:.a.* HEAD:.a.*",
					"/v1.0/{id} | GET:.v1%2E0.* GET:.v1.0.* HEAD:.v1%2E0.* HEAD:.v1.0.*",
					"/café/** | GET:.caf%C3%A9 GET:.café GET:.caf%C3%A9.> GET:.café.> HEAD:.caf%C3%A9 HEAD:.café"
							+ " HEAD:.caf%C3%A9.> HEAD:.café.>",
					"/a b | GET:.a%20b HEAD:.a%20b", "/a/ | GET:.a.% HEAD:.a.%" })
	void aRouteHasSubjectsInBothForms(String pattern, String subjects) {
		assertThat(this.subjects.routeSubjects(Set.of("GET"), pattern)).containsExactlyInAnyOrder(subjects.split(" "));
	}

	@Test
	void aRouteThatIsNotForGetHasNoSubjectOfHead() {
		assertThat(this.subjects.routeSubjects(Set.of("POST"), "/a")).containsExactly("POST:.a");
	}

	@ParameterizedTest
	@CsvSource({ "/v1.0/{id}, GET:.v1.0.7, /v1.0/7, true", "/v1.0/{id}, GET:.v1.0.7, /v1%2E0/7, true",
			"/v1.0/**, GET:.v1.0.7.8, /v1.0/7/8, true", "/v1.0/**, GET:.v1.0.7.8, /v1.0/7.8, false",
			"/{a}/{b}/{c}, GET:.v1.0.7, /v1.0/7, false", "/v1/0/{id}, GET:.v1.0.7, /v1.0/7, false",
			"/v1.0/{id}, GET:.v1.0.a.b, /v1.0/a.b, false", "/v1.0/{id}, GET:.v1.0.7, /v1.0/8, false",
			"/{a}/7, GET:.v1.0.7, /v1.0/7, false", "/v1.0/{id}, GET:.v1.0.7, /v1.0.7, false",
			"/v1.0/{id}, GET:.v1.0.café, /v1.0/caf%C3%A9, true", "/v1.0/{id}, GET:.v1.0.7.8, /v1.0/7/8, false" })
	void dotsAgreeWhereARouteHasThemLiterally(String route, String subject, String path, boolean agrees) {
		assertThat(this.subjects.agree(subject, "GET", path, this.subjects.routeSubjects(Set.of("GET"), route)))
			.isEqualTo(agrees);
	}

	@Test
	void aMalformedPathIsRefused() {
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> this.subjects.subjects("GET", "/%4"));
		assertThatExceptionOfType(MalformedMessageException.class)
			.isThrownBy(() -> this.subjects.agree("GET:.a", "GET", "a"));
	}

}
