package io.natsproxy.core.subject;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RouteSubjects}.
 */
class RouteSubjectsTests {

	private final SubjectCodec codec = new SubjectCodec("");

	private final RouteSubjects routeSubjects = new RouteSubjects(this.codec);

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			/                            | GET:
			``                           | GET:
			/test                        | GET:.test
			test                         | GET:.test
			/test/                       | GET:.test.%
			/a//b                        | GET:.a.%.b
			/1.2/$x                      | GET:.1%2E2.%24x
			/sch\u00F6n                  | GET:.sch%C3%B6n
			/a b                         | GET:.a%20b
			/a>b                         | GET:.a%3Eb
			/{v}                         | GET:.*
			/test/{event}/{session}      | GET:.test.*.*
			/{v:[a-z]+}/x                | GET:.*.x
			/{v:a/b}/x                   | GET:.*.x
			/{v:a{2,3}}/x                | GET:.*.x
			/{v:\\{a}/x                  | GET:.*.x
			/{v:a\\}}/x                  | GET:.*.x
			/a/*                         | GET:.a.*
			/a/*/b                       | GET:.a.*.b
			/a?c                         | GET:.*
			/a*c/d                       | GET:.*.d
			/v{major}.{minor}/d          | GET:.*.d
			/*                           | GET: GET:.*
			/**                          | GET: GET:.>
			/{*path}                     | GET: GET:.>
			/a/**                        | GET:.a GET:.a.>
			/a/{v}/{*rest}               | GET:.a.* GET:.a.*.>
			/**/b                        | GET: GET:.>
			/{*path}/b                   | GET: GET:.>
			/a/**/b                      | GET:.a GET:.a.>
			""")
	void patternBecomesTheNarrowestSubjectsThatCoverIt(String pattern, String subjects) {
		assertThat(this.routeSubjects.covering(List.of("GET"), pattern)).containsExactly(subjects.split(" "));
	}

	@Test
	void routeHasSubjectsForEachOfItsMethods() {
		assertThat(this.routeSubjects.covering(List.of("POST", "M.X"), "/a")).containsExactly("POST:.a", "M%2EX:.a");
	}

	@Test
	void headIsCoveredByTheSubjectOfGet() {
		assertThat(this.routeSubjects.covering(List.of("GET", "HEAD"), "/a")).containsExactly("GET:.a");
	}

	@Test
	void routeWithoutMethodsNamesThemOneByOne() {
		assertThat(this.routeSubjects.covering(Set.of(), "/a")).containsExactlyInAnyOrder("GET:.a", "POST:.a", "PUT:.a",
				"PATCH:.a", "DELETE:.a", "OPTIONS:.a", "TRACE:.a");
	}

	@Test
	void prefixStandsInFrontOfEverySubject() {
		RouteSubjects prefixed = new RouteSubjects(new SubjectCodec("acme.prod"));
		assertThat(prefixed.covering(List.of("GET"), "/a/**")).containsExactly("acme.prod.GET:.a",
				"acme.prod.GET:.a.>");
	}

	/**
	 * Pairs that match under the rules of Spring's {@code PathPattern}.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			/                       | /
			/test                   | /test
			/test                   | /%74est
			/test                   | /test;v=1
			/test/                  | /test/
			/1.2                    | /1.2
			/1.2                    | /1%2e2
			/a b                    | /a%20b
			/sch\u00F6n             | /sch%C3%B6n
			/$x                     | /$x
			/{v}                    | /42
			/{v}                    | /a%2Fb
			/{v}                    | /%2E%2E
			/{v}                    | /%20
			/{v}                    | /*
			/{v}                    | /x;y=1
			/{v:.+}                 | /a.b
			/{v:[0-9]{2,3}}/x       | /42/x
			/{v:a\\}b}/x            | /a}b/x
			/{v:a\\{b}/x            | /a%7Bb/x
			/v{a}.{b}               | /v1.2
			/a/{v}/c                | /a/b/c
			/*                      | /
			/*                      | /a
			/***                    | /
			/a/*                    | /a/
			/a/*                    | /a/b
			/a/*                    | /a/b.c
			/a/*/c                  | /a/b/c
			/a?c                    | /abc
			/a*c                    | /ac
			/a*c                    | /a.c
			/*.txt                  | /x.txt
			/**                     | /
			/**                     | //
			/**                     | /a
			/**                     | /a/b//c/
			/a/**                   | /a
			/a/**                   | /a/
			/a/**                   | /a/b
			/a/**                   | /a//b/c
			/a/{v}/**               | /a/b
			/a/{v}/**               | /a/b/c/d
			/{*path}                | /
			/{*path}                | /a/b
			/a/{*path}              | /a
			/a/{*path}              | /a/b/
			/**/b                   | /b
			/**/b                   | /a/x/b
			/{*path}/b              | /a/b
			""")
	void subjectOfAMatchingPathIsCovered(String pattern, String path) {
		String subject = this.codec.subject("GET", path);
		assertThat(this.routeSubjects.covering(List.of("GET"), pattern))
			.anyMatch((covering) -> covers(covering, subject));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			/test      | /test/
			/test      | /Test
			/test/{v}  | /test
			/test/{v}  | /test/a/b
			/a/**      | /ab
			/a/**      | /b/a
			/          | //
			/1.2       | /1/2
			""")
	void subjectOfAnotherPathIsNotCovered(String pattern, String path) {
		String subject = this.codec.subject("GET", path);
		assertThat(this.routeSubjects.covering(List.of("GET"), pattern))
			.noneMatch((covering) -> covers(covering, subject));
	}

	/**
	 * Whether a subscription receives a subject, under the rules of NATS.
	 */
	private static boolean covers(String subscription, String subject) {
		String[] pattern = subscription.split("\\.", -1);
		String[] tokens = subject.split("\\.", -1);
		for (int i = 0; i < pattern.length; i++) {
			if (pattern[i].equals(">")) {
				return tokens.length > i;
			}
			if (i >= tokens.length || !(pattern[i].equals("*") || pattern[i].equals(tokens[i]))) {
				return false;
			}
		}
		return tokens.length == pattern.length;
	}

}
