package io.natsproxy.client.autoconfigure;

import java.util.Objects;
import java.util.stream.Stream;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.server.NatsServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.authentication.UserDetailsRepositoryReactiveAuthenticationManager;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.WebFilterChainProxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.springframework.security.config.Customizer.withDefaults;

/**
 * NATS routes are not open where Spring Security is there.
 */
class NatsSecurityTests {

	private final ApplicationContextRunner runner = Services.runner()
		.withConfiguration(AutoConfigurations.of(NatsSecurityAutoConfiguration.class));

	@Test
	void serviceWhoseRoutesWouldBeOpenDoesNotStart() {
		this.runner.withUserConfiguration(Routes.class).run((context) -> {
			assertThat(context).hasFailed();
			assertRefused(context.getStartupFailure());
		});
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "NONE", "SERVLET" })
	void applicationWhoseRoutesWouldBeOpenDoesNotStart(WebApplicationType type) {
		assertRefused(catchThrowable(() -> run(type, Application.class).close()));
	}

	private static void assertRefused(Throwable failure) {
		UnsecuredNatsRoutesException cause = Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
			.filter(UnsecuredNatsRoutesException.class::isInstance)
			.map(UnsecuredNatsRoutesException.class::cast)
			.findFirst()
			.orElseThrow();
		FailureAnalysis analysis = new UnsecuredNatsRoutesFailureAnalyzer().analyze(failure, cause);
		assertThat(analysis.getDescription()).endsWith("served over NATS: GET /secured.");
		assertThat(analysis.getAction()).contains("@EnableWebFluxSecurity", "natsproxy.service.require-security=false");
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "NONE", "REACTIVE" })
	void reactiveSecurityProtectsRoutes(WebApplicationType type) {
		assertProtected(type, Security.class);
	}

	/**
	 * There {@code @EnableWebFluxSecurity} and {@code @EnableWebSecurity} would define
	 * beans of the same name.
	 */
	@Test
	void filterOfReactiveSecurityProtectsRoutesBesideSpringMvc() {
		assertProtected(WebApplicationType.SERVLET, SecurityBesideMvc.class);
	}

	private static void assertProtected(WebApplicationType type, Class<?> security) {
		try (ConfigurableApplicationContext context = run(type, Application.class, security)) {
			Services.client(context).get().uri("/secured").exchange().expectStatus().isUnauthorized();
			Services.client(context)
				.get()
				.uri("/secured")
				.headers((headers) -> headers.setBasicAuth("alice", "secret"))
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(String.class)
				.isEqualTo("secret");
		}
	}

	@Test
	void reactiveApplicationIsProtectedBySpringBoot() {
		try (ConfigurableApplicationContext context = run(WebApplicationType.REACTIVE, Application.class)) {
			Services.client(context).get().uri("/secured").exchange().expectStatus().isUnauthorized();
		}
	}

	@Test
	void routesThatAreMeantToBeOpenAre() {
		this.runner.withUserConfiguration(Routes.class)
			.withPropertyValues("natsproxy.service.require-security=false")
			.run((context) -> Services.client(context).get().uri("/secured").exchange().expectStatus().isOk());
	}

	@Test
	void applicationWithoutRoutesStarts() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(NatsServer.class));
	}

	@Test
	void applicationWithoutSpringSecurityStarts() {
		this.runner.withUserConfiguration(Routes.class)
			.withClassLoader(new FilteredClassLoader(WebFilterChainProxy.class))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private static ConfigurableApplicationContext run(WebApplicationType type, Class<?>... sources) {
		return new SpringApplicationBuilder(sources).web(type)
			.properties(Services.properties())
			.run("--server.port=0", "--spring.autoconfigure.exclude=", "--spring.main.banner-mode=off");
	}

	@NatsController
	static class Routes {

		@NatsGet("/secured")
		String secured() {
			return "secret";
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Routes.class)
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebFluxSecurity
	static class Security {

		@Bean
		SecurityWebFilterChain natsSecurity(ServerHttpSecurity http) {
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

	@Configuration(proxyBeanMethods = false)
	static class SecurityBesideMvc {

		@Bean
		WebFilterChainProxy natsSecurity() {
			MapReactiveUserDetailsService users = new MapReactiveUserDetailsService(
					User.withUsername("alice").password("{noop}secret").roles("USER").build());
			return new WebFilterChainProxy(ServerHttpSecurity.http()
				.authenticationManager(new UserDetailsRepositoryReactiveAuthenticationManager(users))
				.authorizeExchange((exchanges) -> exchanges.anyExchange().authenticated())
				.httpBasic(withDefaults())
				.build());
		}

	}

}
