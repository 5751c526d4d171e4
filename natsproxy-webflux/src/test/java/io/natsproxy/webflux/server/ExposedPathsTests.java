package io.natsproxy.webflux.server;

import java.net.URI;
import java.util.List;
import java.util.Set;

import io.natsproxy.webflux.server.ExposedPaths.Decision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What is exposed, and what is not whatever way it is written.
 */
class ExposedPathsTests {

	private final ExposedPaths api = ExposedPaths.of(List.of("/api/**"), List.of("/api/admin/**", "/api/secret"),
			List.of());

	@ParameterizedTest
	@ValueSource(strings = { "/api", "/api/", "/api/orders", "/api/orders/7/", "/api/orders;v=1/7", "/api/a%20b",
			"/api/a%2Fb", "/api//orders", "/api/./orders", "/api/a/../b", "/api/secrets", "/api/administration",
			"/api/M%C3%BCller", "/api/.well-known" })
	void pathsOfThePatternAreExposed(String path) {
		assertThat(decide(this.api, path)).isEqualTo(Decision.EXPOSED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/other", "/apis", "/API/orders", "/api/../other", "/api/%2e%2e/other",
			"/api/..;x=y/other", "/api/..%2Fother", "/api%2F..%2Fother", "/api/..%5Cother", "/api/a/../../other",
			"/api/../../api", "//api", "/x/../api/orders", "/other/..;/api", "/api%2Forders" })
	void otherPathsAreNotHoweverTheyAreWritten(String path) {
		assertThat(decide(this.api, path)).isEqualTo(Decision.NOT_EXPOSED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/admin", "/api/admin/", "/api/admin/users", "/api/admin;x=y/users",
			"/api/%61dmin/users", "/api/Admin/users", "/api//admin/users", "/api/./admin/users",
			"/api/a/../admin/users", "/api%2Fadmin", "/api/x%2F..%2Fadmin", "/api/admin%2Fusers", "/api/%5Cadmin",
			"/api/secret", "/api/secret/", "/api/secret;a", "/api/SECRET", "/api//secret", "/api/.;/secret",
			"/api/admin%3Bx/users", "/api/secret%3Bx" })
	void excludedPathsAreNotHoweverTheyAreWritten(String path) {
		assertThat(decide(this.api, path)).isEqualTo(Decision.NOT_EXPOSED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/a%00", "/api/a;x=%00", "/api/a%2500", "/api/%252e%252e/other", "/api/%252E/a",
			"/api/a%252Fb", "/api/a%252fb", "/api/a%255Cb", "/api/a%253Bb", "/api/%25252e%25252e/other",
			"/api/%25%32%65%25%32%65/other", "/api/%25%2532e%25%2532e/other", "/api/a%25%32%2566b", "/api/..%3Bx/other",
			"/api/.%3b/a", "/api/x%2F..%3Bx", "/api/a;x=%2F..%2Fb", "/api/a;%2F..%2Fb", "/api/a;x=%5Cb",
			"/api/a;x=%252Fb", "/api/x%2Fy/../admin", "/api/x%5Cy/../b", "/api/x//../admin", "/api//x/../b",
			"/api/x/%2e%2e//admin" })
	void pathsOfWhichNobodyCanTellWhereTheyLeadAreNot(String path) {
		assertThat(decide(this.api, path)).isEqualTo(Decision.NOT_EXPOSED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/100%25", "/api/50%25ab", "/api/a%3Bb", "/api/a..%3Bb", "/api/a;x=1,2;y=%C3%BC",
			"/api/%2541" })
	void otherPathsWithEncodedCharactersAreExposed(String path) {
		assertThat(decide(this.api, path)).isEqualTo(Decision.EXPOSED);
	}

	@ParameterizedTest
	@CsvSource({ "GET, EXPOSED", "HEAD, EXPOSED", "POST, EXPOSED", "DELETE, OTHER_METHOD", "OPTIONS, OTHER_METHOD",
			"PROPFIND, OTHER_METHOD" })
	void getStandsForHeadToo(String method, Decision decision) {
		ExposedPaths paths = ExposedPaths.of(List.of("/api/**"), List.of(), List.of("get", "Post"));
		assertThat(paths.decide(request(method, "/api/orders"))).isEqualTo(decision);
		assertThat(paths.decide(request(method, "/other"))).isEqualTo(Decision.NOT_EXPOSED);
		assertThat(paths.allowedMethods()).containsExactlyInAnyOrder(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST,
				HttpMethod.OPTIONS);
		assertThat(paths.routes()).containsExactly(new NatsRoute(Set.of("GET", "POST"), "/api/**"));
		assertThat(paths.implicitRoutes()).containsExactly(new NatsRoute(Set.of("OPTIONS"), "/api/**"));
	}

	@Test
	void everyMethodIsExposedByDefault() {
		assertThat(this.api.decide(request("OPTIONS", "/api"))).isEqualTo(Decision.EXPOSED);
		assertThat(this.api.decide(request("DELETE", "/api"))).isEqualTo(Decision.EXPOSED);
		assertThat(this.api.implicitRoutes()).isEmpty();
	}

	@Test
	void reservedPathsHaveToBeNamed() {
		List<String> reserved = List.of("/actuator/**", "/healthz/{*path}");
		ExposedPaths all = ExposedPaths.of(List.of("/**", "/{a}/health", "/*"), List.of(), List.of()).reserve(reserved);
		assertThat(List.of("/actuator", "/actuator/health", "/Actuator/health", "/actuator;x/health", "/healthz",
				"//actuator/health", "/x/..;/actuator/health", "/actuator%2Fhealth", "/healthz/"))
			.allSatisfy((path) -> assertThat(decide(all, path)).as(path).isEqualTo(Decision.NOT_EXPOSED));
		assertThat(decide(all, "/actuators")).isEqualTo(Decision.EXPOSED);
		ExposedPaths named = ExposedPaths.of(List.of("/**", "/actuator/health/**", "/healthz"), List.of(), List.of())
			.reserve(reserved);
		assertThat(decide(named, "/actuator/health")).isEqualTo(Decision.EXPOSED);
		assertThat(decide(named, "/actuator/health/liveness")).isEqualTo(Decision.EXPOSED);
		assertThat(decide(named, "/healthz")).isEqualTo(Decision.EXPOSED);
		assertThat(decide(named, "/actuator/env")).isEqualTo(Decision.NOT_EXPOSED);
		assertThat(decide(named, "/actuator/health/..;/env")).isEqualTo(Decision.NOT_EXPOSED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/healthz", "/healthz/" })
	void reservedPathsHaveToBeNamedHoweverTheyAreSpelled(String reserved) {
		ExposedPaths all = ExposedPaths.of(List.of("/**"), List.of(), List.of()).reserve(List.of(reserved));
		assertThat(List.of("/healthz", "/healthz/", "/HEALTHZ/", "/healthz//", "/healthz;a/", "/x/../healthz/",
				"/%68ealthz/", "/./healthz"))
			.allSatisfy((path) -> assertThat(decide(all, path)).as(path).isEqualTo(Decision.NOT_EXPOSED));
		assertThat(decide(all, "/healthz/x")).isEqualTo(Decision.EXPOSED);
		assertThat(decide(all.reserve(List.of("", "/")), "/x")).isEqualTo(Decision.EXPOSED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/healthz", "/healthz/" })
	void reservedPathThatIsNamedIsExposedAsItIsNamed(String path) {
		for (String reserved : List.of("/healthz", "/healthz/", "/healthz/{*path}", "/healthz/**")) {
			ExposedPaths named = ExposedPaths.of(List.of(path), List.of(), List.of()).reserve(List.of(reserved));
			assertThat(decide(named, path)).as(reserved).isEqualTo(Decision.EXPOSED);
			for (String other : List.of("/healthz", "/healthz/", "/HEALTHZ", "/healthz//", "/health")) {
				assertThat(decide(named, other)).as(reserved + " " + other)
					.isEqualTo(other.equals(path) ? Decision.EXPOSED : Decision.NOT_EXPOSED);
			}
		}
	}

	@Test
	void routesThatAreExposedTooAreRefused() {
		assertThatExceptionOfType(OverlappingExposureException.class)
			.isThrownBy(() -> this.api.requireApart(List.of(new NatsRoute(Set.of("GET"), "/{any}/orders"))))
			.withMessage("The exposed path /api/** overlaps the NATS route GET /{any}/orders");
		ExposedPaths reading = ExposedPaths.of(List.of("/api/**"), List.of(), List.of("GET"));
		assertThatExceptionOfType(OverlappingExposureException.class)
			.isThrownBy(() -> reading.requireApart(List.of(new NatsRoute(Set.of(), "/api/a"))));
		assertThatCode(() -> {
			this.api.requireApart(List.of(new NatsRoute(Set.of("GET"), "/other"),
					new NatsRoute(Set.of("GET"), "/api/admin/{id}"), new NatsRoute(Set.of("GET"), "/api/secret")));
			reading.requireApart(List.of(new NatsRoute(Set.of("POST"), "/api/a")));
		}).doesNotThrowAnyException();
	}

	@Test
	void prefixOfTheGatewayIsNotPartOfThePath() {
		MockServerHttpRequest request = MockServerHttpRequest.get("/outside/api/orders")
			.contextPath("/outside")
			.build();
		assertThat(this.api.decide(request)).isEqualTo(Decision.EXPOSED);
	}

	@Test
	void malformedPatternIsNamed() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> ExposedPaths.of(List.of("/api/{id"), List.of(), List.of()))
			.withMessageStartingWith("Path pattern '/api/{id' is malformed");
	}

	private static Decision decide(ExposedPaths paths, String path) {
		return paths.decide(request("GET", path));
	}

	private static MockServerHttpRequest request(String method, String path) {
		return MockServerHttpRequest.method(HttpMethod.valueOf(method), URI.create("http://localhost" + path)).build();
	}

}
