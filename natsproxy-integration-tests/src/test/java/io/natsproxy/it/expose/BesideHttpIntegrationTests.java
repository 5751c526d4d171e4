package io.natsproxy.it.expose;

import java.net.URI;
import java.util.List;

import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * An application beside its HTTP port: what is exposed is on NATS, and nothing else of
 * it.
 */
class BesideHttpIntegrationTests extends AbstractExistingApplicationTests {

	@Override
	TestApplication.Builder application(TestBroker broker) {
		return TestApplication.webFlux(broker, "beside")
			.with(ExistingApplication.class, Routes.class)
			.properties("management.endpoints.web.exposure.include=*",
					"management.endpoint.health.show-components=never",
					"natsproxy.service.expose.paths=/api/**,/{any}/secret,/**,/actuator/health",
					"natsproxy.service.expose.exclude=/internal/**,/api/internal/**,/own/**",
					"natsproxy.service.expose.methods=GET,POST");
	}

	@Test
	void applicationAnswersOverHttpAsBefore() {
		WebTestClient client = WebTestClient.bindToServer(new JdkClientHttpConnector())
			.baseUrl("http://localhost:" + application().port())
			.build();
		client.get().uri("/internal/secret").exchange().expectBody(String.class).isEqualTo("secret");
		client.delete().uri("/api/orders/7").exchange().expectBody(String.class).isEqualTo("deleted 7");
		client.get().uri("/actuator/env").exchange().expectStatus().isOk();
		client.get().uri("/own/route").exchange().expectStatus().isNotFound();
	}

	@Test
	void webSocketsAreAcceptedOverHttpAsBefore() {
		assertThat(talk(application().port(), "/api/echo", "one")).containsExactly("echo", "one");
	}

	@Test
	void gatewayIsNotExposed() {
		assertThatException()
			.isThrownBy(() -> TestApplication.webFlux(broker(), "loop")
				.properties("natsproxy.gateway.enabled=true", "natsproxy.subject-prefix=loop",
						"natsproxy.service.expose.paths=/**")
				.start()
				.close())
			.havingRootCause()
			.withMessageContaining("is a gateway, too");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/internal/secret", "/internal/secret/", "/internal;a=b/secret", "/intern%61l/secret",
			"/api/internal/secret", "/api//internal/secret", "/api/..;/internal/secret", "/api/%2e%2e/internal/secret",
			"/api%2Finternal%2Fsecret", "/INTERNAL/secret", "/actuator", "/actuator/env", "/actuator/health/../env",
			"/actuator/beans", "//actuator/env", "/actuator;x/env" })
	void whatIsNotExposedDoesNotReachTheChain(String path) {
		List<String> seen = application().bean(ExistingApplication.Seen.class).requests();
		seen.clear();
		nats().get()
			.uri(URI.create("http://localhost" + path))
			.exchange()
			.expectStatus()
			.isNotFound()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo(404);
		assertThat(seen).isEmpty();
	}

	@Test
	void otherMethodsDoNotReachTheChain() {
		List<String> seen = application().bean(ExistingApplication.Seen.class).requests();
		seen.clear();
		http().delete()
			.uri("/api/orders/7")
			.exchange()
			.expectStatus()
			.isEqualTo(405)
			.expectHeader()
			.valuesMatch(HttpHeaders.ALLOW, ".*GET.*")
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo(405);
		assertThat(nats().options()
			.uri("/api/orders/7")
			.exchange()
			.expectStatus()
			.isOk()
			.returnResult(Void.class)
			.getResponseHeaders()
			.getAllow())
			.containsExactlyInAnyOrder(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.OPTIONS);
		assertThat(seen).isEmpty();
	}

	@Test
	void endpointOfTheActuatorThatIsNamedIsExposed() {
		nats().get()
			.uri("/actuator/health")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.status")
			.exists();
	}

	@Test
	void actuatorIsNotExposedWhereverItIs() {
		try (TestApplication other = TestApplication.webFlux(broker(), "other")
			.with(ExistingApplication.class)
			.properties("natsproxy.subject-prefix=other", "natsproxy.service.expose.paths=/**,/*",
					"management.endpoints.web.base-path=/", "management.endpoints.web.exposure.include=*",
					"management.endpoints.web.path-mapping.info=information",
					"management.endpoint.health.group.live.include=ping",
					"management.endpoint.health.group.live.additional-path=server:/healthz")
			.start()) {
			WebTestClient http = WebTestClient.bindToServer(new JdkClientHttpConnector())
				.baseUrl("http://localhost:" + other.port())
				.build();
			for (String path : List.of("/env", "/env/java.version", "/information", "/health/live", "/healthz",
					"/beans")) {
				http.get().uri(path).exchange().expectStatus().isOk();
				nats(other).get()
					.uri(path)
					.exchange()
					.expectStatus()
					.isNotFound()
					.expectHeader()
					.contentType(MediaType.APPLICATION_PROBLEM_JSON);
			}
			for (String path : List.of("/healthz/", "/HEALTHZ/", "/healthz//", "/healthz;a/", "/Healthz", "/%68ealthz",
					"/x/..;/healthz")) {
				nats(other).get()
					.uri(URI.create("http://localhost" + path))
					.exchange()
					.expectStatus()
					.isNotFound()
					.expectBody()
					.jsonPath("$.detail")
					.isEqualTo("Nothing is served here");
			}
			nats(other).get().uri("/api/orders/7").exchange().expectStatus().isOk();
		}
	}

	@Test
	void routesForNatsAreServedByTheirOwnChain() {
		nats().get().uri("/own/route").exchange().expectStatus().isOk().expectBody(String.class).isEqualTo("own");
	}

	@NatsController
	static class Routes {

		@NatsGet("/own/route")
		String own() {
			return "own";
		}

	}

}
