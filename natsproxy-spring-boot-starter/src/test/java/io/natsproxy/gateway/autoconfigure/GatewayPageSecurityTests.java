package io.natsproxy.gateway.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;

import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpHeaders;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of a gateway in an application with Spring Security, as that is by default,
 * with the management endpoints on a port of their own.
 */
class GatewayPageSecurityTests {

	private static final String PAGE = "/actuator/natsproxy/page";

	private static final String CREDENTIALS = "Basic "
			+ Base64.getEncoder().encodeToString("user:secret".getBytes(StandardCharsets.UTF_8));

	private static TestBroker broker;

	private static ConfigurableApplicationContext gateway;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		gateway = new SpringApplicationBuilder(Application.class).web(WebApplicationType.REACTIVE)
			.run(Stream
				.of("server.port=0", "management.server.port=0", "spring.main.banner-mode=off",
						"natsproxy.nats.servers=" + broker.url(), "natsproxy.nats.startup-wait=5s",
						"server.shutdown=immediate", "management.endpoints.web.exposure.include=natsproxy",
						"management.endpoint.natsproxy.access=unrestricted", "natsproxy.gateway.page.enabled=true")
				.map((property) -> "--" + property)
				.toArray(String[]::new));
	}

	@AfterAll
	static void stop() {
		gateway.close();
		broker.close();
	}

	private static WebTestClient client() {
		return WebTestClient.bindToServer()
			.baseUrl("http://localhost:" + gateway.getEnvironment().getProperty("local.management.port"))
			.build();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/", "/page.css", "/page.js", "/events", "/settings", "/call" })
	void nothingIsShownToThoseWhoAreNobody(String rest) {
		client().get().uri(PAGE + rest).exchange().expectStatus().isUnauthorized();
		client().get().uri("/actuator/natsproxy").exchange().expectStatus().isUnauthorized();
	}

	@Test
	void pageIsShownToThoseWhoMaySeeTheEndpoint() {
		client().get()
			.uri(PAGE + "/")
			.header(HttpHeaders.AUTHORIZATION, CREDENTIALS)
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.value("Content-Security-Policy", (policy) -> assertThat(policy).startsWith("default-src 'none'"));
	}

	@Test
	void callNeedsTheTokenOfSpringSecurity() {
		call(null, "", "").expectStatus().isForbidden();
		EntityExchangeResult<Map<String, Object>> settings = client().get()
			.uri(PAGE + "/settings")
			.header(HttpHeaders.AUTHORIZATION, CREDENTIALS)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(new ParameterizedTypeReference<Map<String, Object>>() {
			})
			.returnResult();
		Map<?, ?> csrf = (Map<?, ?>) settings.getResponseBody().get("csrf");
		String session = settings.getResponseCookies().getFirst("SESSION").getValue();
		// The gateway asks for credentials of its own: those of the page are not passed
		// on.
		call(session, (String) csrf.get("header"), (String) csrf.get("token")).expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo(401);
	}

	private static WebTestClient.ResponseSpec call(String session, String header, String token) {
		WebTestClient.RequestBodySpec request = client().post()
			.uri(PAGE + "/call")
			.header(HttpHeaders.AUTHORIZATION, CREDENTIALS)
			.header("X-Natsproxy-Page", "call");
		if (session != null) {
			request = request.cookie("SESSION", session).header(header, token);
		}
		return request.bodyValue(Map.of("method", "GET", "target", "/orders/1")).exchange();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@EnableWebFluxSecurity
	static class Application {

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(
					User.withUsername("user").password("{noop}secret").roles("OPERATOR").build());
		}

	}

}
