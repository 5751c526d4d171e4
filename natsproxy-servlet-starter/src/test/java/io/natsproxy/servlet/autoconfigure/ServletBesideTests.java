package io.natsproxy.servlet.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An ordinary Spring MVC application that has a port, some of whose paths are on NATS.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServletBesideTests {

	private static TestBroker broker;

	private static ConfigurableApplicationContext context;

	private static NatsTestClient client;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		context = run(TestApplication.class, "natsproxy.servlet.mode=beside", "natsproxy.servlet.paths=/api/**",
				"management.endpoints.web.exposure.include=*");
		client = new NatsTestClient(broker.url());
	}

	private static ConfigurableApplicationContext run(Class<?> source, String... properties) {
		SpringApplication application = new SpringApplication(source);
		application.setRegisterShutdownHook(false);
		return application.run(Stream
			.concat(Stream.of("natsproxy.nats.servers=" + broker.url(), "spring.application.name=shop", "server.port=0",
					"spring.security.user.name=jo", "spring.security.user.password=pw"), Arrays.stream(properties))
			.map((property) -> "--" + property)
			.toArray(String[]::new));
	}

	@AfterAll
	static void stop() {
		client.close();
		context.close();
		broker.close();
	}

	@Test
	void exposedPathsAnswerOverNatsAndOverHttp() throws Exception {
		assertThat(client.get("/api/item").text()).contains("tea");
		int port = context.getEnvironment().getProperty("local.server.port", Integer.class);
		assertThat(port).isPositive();
		assertThat(http(port, "/api/item").body()).contains("tea");
		assertThat(http(port, "/admin").body()).isEqualTo("admin");
	}

	private static HttpResponse<String> http(int port, String path) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
		return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
	}

	@ParameterizedTest
	@ValueSource(strings = { "/admin", "/", "/error", "/actuator", "/actuator/env", "/secure/name" })
	void nothingElseIsSubscribed(String target) {
		assertThat(client.get(target).status()).isEqualTo(503);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/../admin", "/api/%2e%2e/admin", "/api/.%2E/admin", "/api/..;a=b/admin",
			"/api/x/../../admin", "/api/..%2Fadmin", "/api/..%5cadmin", "/api//../../admin", "/api/%252e%252e/admin",
			"/api/./../actuator/env", "/api;/../admin", "/api/..%00/admin" })
	void noSpellingReachesOtherPaths(String target) {
		NatsTestClient.Response response = client.get(target);
		assertThat(response.status()).isBetween(400, 503);
		assertThat(response.text()).isNotEqualTo("admin").doesNotContain("propertySources");
	}

	@Test
	void actuatorIsReachedOnlyIfItIsNamed() {
		try (ConfigurableApplicationContext other = run(TestApplication.class, "natsproxy.servlet.mode=beside",
				"natsproxy.servlet.paths=/**,/actuator/health", "natsproxy.subject-prefix=named",
				"management.endpoints.web.exposure.include=*")) {
			NatsTestClient named = new NatsTestClient(broker.url(), "named");
			try {
				assertThat(other.isRunning()).isTrue();
				assertThat(named.get("/admin").text()).isEqualTo("admin");
				assertThat(named.get("/actuator/health").status()).isEqualTo(200);
				for (String hidden : List.of("/actuator", "/actuator/env", "/actuator;a=b/env", "/actuator/./env",
						"/%61ctuator/env", "/x/../actuator/env", "//actuator/env", "/ACTUATOR/env", "/actuator%2Fenv",
						"/actuator;a/env", "/actuator/health/../env")) {
					assertThat(named.get(hidden).status()).as(hidden).isBetween(400, 404);
				}
			}
			finally {
				named.close();
			}
		}
	}

	@Test
	void logTellsThePortOnce(CapturedOutput output) {
		try (ConfigurableApplicationContext other = run(TestApplication.class, "natsproxy.servlet.mode=beside",
				"natsproxy.servlet.paths=/api/**", "natsproxy.subject-prefix=log")) {
			assertThat(output).contains("Serving over NATS in queue group 'shop': /api/**, and over HTTP on port "
					+ other.getEnvironment().getProperty("local.server.port"));
		}
	}

	@Test
	void pathsMustBeSet() {
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> run(TestApplication.class, "natsproxy.servlet.mode=beside").close())
			.havingRootCause()
			.withMessageContaining("natsproxy.servlet.paths is not set");
	}

	@Test
	void actuatorAtTheRootIsRefused() {
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> run(TestApplication.class, "natsproxy.servlet.mode=beside", "natsproxy.servlet.paths=/**",
					"management.endpoints.web.base-path=/")
				.close())
			.havingRootCause()
			.withMessageContaining("management.endpoints.web.base-path is the root");
	}

	@Test
	void managementServerHasItsOwnPortAndIsNotOnNats() throws Exception {
		try (ConfigurableApplicationContext other = run(TestApplication.class, "natsproxy.servlet.mode=instead",
				"management.server.port=0", "natsproxy.subject-prefix=management")) {
			NatsTestClient own = new NatsTestClient(broker.url(), "management");
			try {
				int port = other.getEnvironment().getProperty("local.management.port", Integer.class);
				assertThat(http(port, "/actuator/health").statusCode()).isEqualTo(200);
				assertThat(own.get("/actuator/health").status()).isEqualTo(404);
				assertThat(own.get("/api/item").status()).isEqualTo(200);
			}
			finally {
				own.close();
			}
		}
	}

	@Test
	void factoryOfTheApplicationIsRefused() {
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> run(OwnFactory.class).close())
			.withMessageContaining("web server factory of its own (ownFactory)");
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnFactory extends TestApplication {

		@Bean
		JettyServletWebServerFactory ownFactory() {
			return new JettyServletWebServerFactory();
		}

	}

}
