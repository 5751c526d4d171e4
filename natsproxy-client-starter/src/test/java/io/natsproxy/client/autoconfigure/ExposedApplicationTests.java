package io.natsproxy.client.autoconfigure;

import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.springframework.security.config.Customizer.withDefaults;

/**
 * A WebFlux application that exposes what it serves over HTTP.
 */
@ExtendWith(OutputCaptureExtension.class)
class ExposedApplicationTests {

	@Test
	void securityOfTheApplicationProtectsWhatIsExposed() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.REACTIVE,
				List.of(Application.class, Security.class), "--natsproxy.service.expose.paths=/http/**",
				"--spring.autoconfigure.exclude=")) {
			Services.client(context)
				.get()
				.uri("/http/secret")
				.exchange()
				.expectStatus()
				.isUnauthorized()
				.expectHeader()
				.valueMatches("WWW-Authenticate", "Basic.*");
			Services.client(context)
				.get()
				.uri("/http/secret")
				.headers((headers) -> headers.setBasicAuth("alice", "secret"))
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(String.class)
				.isEqualTo("secret of alice");
		}
	}

	@Test
	void basePathIsPartOfWhatIsExposed() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.REACTIVE, List.of(Application.class),
				"--natsproxy.service.expose.paths=/base/http/**", "--spring.webflux.base-path=/base")) {
			Services.client(context).get().uri("/base/http/open").exchange().expectBody(String.class).isEqualTo("open");
		}
	}

	@Test
	void overlapWithARouteForNatsFailsTheStartAndIsExplained(CapturedOutput output) {
		expectFailure(WebApplicationType.REACTIVE, List.of(Application.class, Routes.class),
				"--natsproxy.service.expose.paths=/http/**");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The exposed path /http/** overlaps the NATS route GET /http/orders/{id}")
			.contains("Narrow natsproxy.service.expose.paths");
	}

	@Test
	void routeForNatsThatIsExcludedDoesNotOverlap() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.REACTIVE,
				List.of(Application.class, Routes.class), "--natsproxy.service.expose.paths=/http/**",
				"--natsproxy.service.expose.exclude=/http/orders/*")) {
			Services.client(context)
				.get()
				.uri("/http/orders/7")
				.exchange()
				.expectBody(String.class)
				.isEqualTo("nats 7");
			Services.client(context).get().uri("/http/open").exchange().expectBody(String.class).isEqualTo("open");
		}
	}

	/**
	 * The application answers OPTIONS for other paths in the second case.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "GET", "GET,OPTIONS" })
	void optionsNameTheMethodsOfARouteForNatsAndThoseThatAreExposed(String methods) {
		try (ConfigurableApplicationContext context = run(WebApplicationType.REACTIVE,
				List.of(Application.class, Posting.class), "--natsproxy.service.expose.paths=/http/**",
				"--natsproxy.service.expose.methods=" + methods)) {
			WebTestClient client = Services.client(context);
			client.post().uri("/http/open").exchange().expectBody(String.class).isEqualTo("posted");
			client.get().uri("/http/open").exchange().expectBody(String.class).isEqualTo("open");
			assertThat(allowed(client, "/http/open")).containsExactlyInAnyOrder(HttpMethod.GET, HttpMethod.HEAD,
					HttpMethod.POST, HttpMethod.OPTIONS);
			assertThat(allowed(client, "/nats/only")).containsExactlyInAnyOrder(HttpMethod.POST, HttpMethod.OPTIONS);
			assertThat(allowed(client, "/http/secret")).containsExactlyInAnyOrder(HttpMethod.GET, HttpMethod.HEAD,
					HttpMethod.OPTIONS);
		}
	}

	private static Set<HttpMethod> allowed(WebTestClient client, String path) {
		return client.options()
			.uri(path)
			.exchange()
			.expectStatus()
			.isOk()
			.returnResult(Void.class)
			.getResponseHeaders()
			.getAllow();
	}

	@Test
	void applicationWithoutWebFluxHasNothingToExpose(CapturedOutput output) {
		expectFailure(WebApplicationType.NONE, List.of(Application.class), "--natsproxy.service.expose.paths=/http/**");
		assertThat(output).contains("there is no HttpHandler bean").contains("Add spring-boot-starter-webflux");
	}

	@Test
	void malformedPatternFailsTheStartAndIsExplained(CapturedOutput output) {
		expectFailure(WebApplicationType.REACTIVE, List.of(Application.class),
				"--natsproxy.service.expose.paths=/http/{id");
		assertThat(output).contains("Path pattern '/http/{id' is malformed")
			.contains("Correct natsproxy.service.expose");
	}

	private static void expectFailure(WebApplicationType type, List<Class<?>> sources, String... args) {
		assertThatException().isThrownBy(() -> run(type, sources, args).close());
	}

	private static ConfigurableApplicationContext run(WebApplicationType type, List<Class<?>> sources, String... args) {
		List<String> all = new ArrayList<>(List.of(args));
		all.add("--server.port=0");
		return new SpringApplicationBuilder(sources.toArray(Class<?>[]::new)).web(type)
			.properties(Services.properties())
			.run(all.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Http.class)
	static class Application {

	}

	@RestController
	static class Http {

		@GetMapping("/http/open")
		String open() {
			return "open";
		}

		@GetMapping("/http/secret")
		String secret(Principal principal) {
			return "secret of " + principal.getName();
		}

	}

	@NatsController
	static class Routes {

		@NatsGet("/http/orders/{id}")
		String order(@PathVariable String id) {
			return "nats " + id;
		}

	}

	@NatsController
	static class Posting {

		@NatsPost({ "/http/open", "/nats/only" })
		String post() {
			return "posted";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Security {

		@Bean
		SecurityWebFilterChain security(ServerHttpSecurity http) {
			return http.authorizeExchange((exchanges) -> exchanges.anyExchange().authenticated())
				.httpBasic(withDefaults())
				.build();
		}

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(
					User.withUsername("alice").password("{noop}secret").roles("USER").build());
		}

	}

}
