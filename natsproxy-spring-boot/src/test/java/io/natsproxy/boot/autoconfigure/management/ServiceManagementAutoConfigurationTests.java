package io.natsproxy.boot.autoconfigure.management;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.natsproxy.boot.actuate.NatsproxyEndpoint;
import io.natsproxy.core.management.ManagementRequest;
import io.natsproxy.core.management.ManagementResponse;
import io.natsproxy.core.management.ServiceManagement;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.env.EnvironmentEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.info.InfoEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.management.HeapDumpWebEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointWebExtension;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsEndpointAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Management endpoints of an application without a web server.
 */
class ServiceManagementAutoConfigurationTests {

	private static final int MAX_LENGTH = 1024 * 1024;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(ServiceManagementAutoConfiguration.class, EndpointAutoConfiguration.class,
						JacksonEndpointAutoConfiguration.class, ApplicationAvailabilityAutoConfiguration.class,
						HealthContributorRegistryAutoConfiguration.class, HealthContributorAutoConfiguration.class,
						HealthEndpointAutoConfiguration.class, AvailabilityProbesAutoConfiguration.class,
						EnvironmentEndpointAutoConfiguration.class, HeapDumpWebEndpointAutoConfiguration.class,
						InfoEndpointAutoConfiguration.class, MetricsAutoConfiguration.class,
						MetricsEndpointAutoConfiguration.class, PrometheusMetricsExportAutoConfiguration.class))
		.withUserConfiguration(Endpoints.class);

	private void with(Consumer<ServiceManagement> test, String... properties) {
		this.runner.withPropertyValues(properties)
			.run((context) -> test.accept(context.getBean(ServiceManagement.class)));
	}

	private void withAll(Consumer<ServiceManagement> test, String... properties) {
		this.runner.withPropertyValues("natsproxy.management.enabled=true")
			.withPropertyValues(properties)
			.run((context) -> test.accept(context.getBean(ServiceManagement.class)));
	}

	private static ManagementResponse read(ServiceManagement management, String target, @Nullable String accept) {
		ManagementResponse response = management.read(new ManagementRequest(target, accept), MAX_LENGTH)
			.block(Duration.ofSeconds(30));
		assertThat(response).isNotNull();
		return response;
	}

	private static String text(ManagementResponse response) {
		return new String(response.body(), StandardCharsets.UTF_8);
	}

	@Test
	void withoutJacksonThereIsNone() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ServiceManagementAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("tools.jackson"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ServiceManagement.class));
	}

	@Test
	void healthAloneIsExposedUnlessMoreIsAskedFor() {
		with((management) -> {
			assertThat(management.endpoints()).containsExactly("health");
			assertThat(read(management, "/env", null).status()).isEqualTo(404);
			assertThat(read(management, "/own", null).status()).isEqualTo(404);
		});
	}

	@Test
	void allThatIsExposedIsNotReadUnlessThatIsAskedFor() {
		with((management) -> {
			assertThat(management.endpoints()).containsExactly("health", "info", "prometheus");
			assertThat(read(management, "/env", null).status()).isEqualTo(404);
			assertThat(read(management, "/metrics", null).status()).isEqualTo(404);
			assertThat(read(management, "/own", null).status()).isEqualTo(404);
			assertThat(read(management, "/info", null).status()).isEqualTo(200);
		}, "management.endpoints.web.exposure.include=*");
		withAll((management) -> assertThat(management.endpoints()).contains("env", "metrics", "own"),
				"management.endpoints.web.exposure.include=*");
		withAll((management) -> assertThat(management.endpoints()).containsExactly("health"));
	}

	@Test
	void nothingIsReadWhereEndpointsAreSwitchedOffUnlessThatIsAskedFor() {
		this.runner.withPropertyValues("management.server.port=-1", "management.endpoints.web.exposure.include=*")
			.run((context) -> assertThat(context).doesNotHaveBean(ServiceManagement.class)
				.doesNotHaveBean(HealthEndpointWebExtension.class));
		withAll((management) -> assertThat(management.endpoints()).contains("health", "own"),
				"management.server.port=-1", "management.endpoints.web.exposure.include=*");
	}

	@Test
	void whatOthersGiveIsNotReadThroughAnEndpoint() {
		this.runner.withUserConfiguration(Proxy.class)
			.withPropertyValues("natsproxy.management.enabled=true", "management.endpoints.web.exposure.include=*")
			.run((context) -> {
				ServiceManagement management = context.getBean(ServiceManagement.class);
				assertThat(management.endpoints()).contains("natsproxy");
				assertThat(read(management, "/natsproxy", null).status()).isEqualTo(200);
				assertThat(read(management, "/natsproxy/services", null).status()).isEqualTo(404);
				assertThat(read(management, "/natsproxy/services/orders/1/env", null).status()).isEqualTo(404);
				assertThat(read(management, "/natsproxy/", null).status()).isEqualTo(200);
			});
	}

	@Test
	void excludedAndInaccessibleEndpointsAreNotThere() {
		withAll((management) -> assertThat(management.endpoints()).contains("health", "prometheus")
			.doesNotContain("own", "env", "heapdump"), "management.endpoints.web.exposure.include=*",
				"management.endpoints.web.exposure.exclude=own", "management.endpoint.env.access=NONE",
				"management.endpoint.heapdump.access=UNRESTRICTED");
	}

	@Test
	void healthHasStatusAndNoDetails() {
		with((management) -> {
			ManagementResponse health = read(management, "/health", null);
			assertThat(health.status()).isEqualTo(503);
			assertThat(health.contentType()).isEqualTo("application/vnd.spring-boot.actuator.v3+json");
			assertThat(text(health)).contains("DOWN").doesNotContain("s3cret").doesNotContain("components");
			assertThat(read(management, "/health/broken", null).status()).isEqualTo(404);
			assertThat(read(management, "/health/fine", null).status()).isEqualTo(200);
			assertThat(read(management, "/health/nothing", null).status()).isEqualTo(404);
		}, "management.endpoint.health.group.fine.include=ping");
	}

	@Test
	void healthHasNoDetailsForThoseWhoAreAuthorized() {
		with((management) -> assertThat(text(read(management, "/health", null))).doesNotContain("s3cret"),
				"management.endpoint.health.show-details=when-authorized");
	}

	@Test
	void healthHasDetailsThatAllMaySeeAndOwnStatuses() {
		with((management) -> {
			ManagementResponse health = read(management, "/health/some", null);
			assertThat(health.status()).isEqualTo(599);
			assertThat(text(health)).contains("s3cret");
		}, "management.endpoint.health.show-details=always", "management.endpoint.health.group.some.include=broken",
				"management.endpoint.health.status.http-mapping.down=599");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", value = { "-|text/plain;version=0.0.4;charset=utf-8",
			"*/*|text/plain;version=0.0.4;charset=utf-8",
			"application/openmetrics-text;version=1.0.0, */*;q=0.1|application/openmetrics-text;version=1.0.0;charset=utf-8" })
	void prometheusTextIsOfTheAcceptedFormat(@Nullable String accept, String contentType) {
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=prometheus").run((context) -> {
			context.getBean(PrometheusMeterRegistry.class).counter("orders").increment();
			context.getBean(PrometheusMeterRegistry.class).counter("others").increment();
			ServiceManagement management = context.getBean(ServiceManagement.class);
			ManagementResponse all = read(management, "/prometheus", accept);
			assertThat(all.status()).isEqualTo(200);
			assertThat(all.contentType()).isEqualTo(contentType);
			assertThat(text(all)).contains("orders_total 1.0", "others_total 1.0");
			assertThat(text(read(management, "/prometheus?includedNames=orders", accept))).contains("orders_total 1.0")
				.doesNotContain("others_total");
		});
	}

	@Test
	void secretsAreSanitized() {
		withAll((management) -> assertThat(text(read(management, "/env/my.password", null))).contains("******")
			.doesNotContain("hidden-word"), "management.endpoints.web.exposure.include=env", "my.password=hidden-word");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "/own|200|{\"kind\":\"all\"}", "/own?max=3|200|{\"kind\":\"all\",\"max\":3}",
					"/own/a%20b|200|a b", "/own/a/flux|200|[1,2]", "/own/a/mono|200|1", "/own/a/empty|404|",
					"/own/a/status|418|tea", "/own/a/nothing|404|" })
	void resultsAreWrittenAsOverHttp(String target, int status, @Nullable String body) {
		withAll((management) -> {
			ManagementResponse response = read(management, target, null);
			assertThat(response.status()).isEqualTo(status);
			if (body != null) {
				assertThat(text(response)).isEqualTo(body);
			}
		}, "management.endpoints.web.exposure.include=own");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/own?max=many", "/own/%zz", "/own?max=%zz" })
	void whatIsMalformedIsRefused(String target) {
		withAll((management) -> assertThat(read(management, target, null).status()).isEqualTo(400),
				"management.endpoints.web.exposure.include=own");
	}

	@Test
	void whatIsNotAcceptedIsNotMade() {
		withAll((management) -> {
			assertThat(read(management, "/own", "image/png").status()).isEqualTo(406);
			assertThat(read(management, "/own", "/").status()).isEqualTo(400);
			assertThat(read(management, "/own", "application/json").contentType()).isEqualTo("application/json");
		}, "management.endpoints.web.exposure.include=own");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/own", "/own/text", "/own/a/flux" })
	void whatIsTooLongIsRefused(String target) {
		withAll((management) -> {
			ManagementResponse response = management.read(new ManagementRequest(target, null), 2)
				.block(Duration.ofSeconds(30));
			assertThat(response).isNotNull().extracting(ManagementResponse::status).isEqualTo(507);
		}, "management.endpoints.web.exposure.include=own");
	}

	@Test
	void nothingIsReadWhereItIsSwitchedOff() {
		this.runner.withPropertyValues("natsproxy.management.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ServiceManagement.class)
				.doesNotHaveBean(HealthEndpointWebExtension.class));
	}

	@Configuration(proxyBeanMethods = false)
	static class Endpoints {

		@Bean
		HealthIndicator broken() {
			return () -> Health.down().withDetail("password", "s3cret").build();
		}

		@Bean
		OwnEndpoint ownEndpoint() {
			return new OwnEndpoint();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Proxy {

		@Bean
		NatsproxyEndpoint natsproxyEndpoint() {
			return new NatsproxyEndpoint(List.of());
		}

		@Bean
		ProxyExtension proxyExtension() {
			return new ProxyExtension();
		}

	}

	@EndpointWebExtension(endpoint = NatsproxyEndpoint.class)
	static class ProxyExtension {

		@ReadOperation
		String read(@Selector(match = Match.ALL_REMAINING) String... path) {
			return "of another";
		}

	}

	@Endpoint(id = "own")
	static class OwnEndpoint {

		@ReadOperation
		Object all(@Nullable Integer max) {
			return (max != null) ? new TreeMap<>(Map.of("kind", "all", "max", max)) : Map.of("kind", "all");
		}

		@ReadOperation
		String one(@Selector String name) {
			return name;
		}

		@ReadOperation
		@Nullable Object two(@Selector String name, @Selector String kind) {
			return switch (kind) {
				case "flux" -> Flux.just(1, 2);
				case "mono" -> Mono.just(1);
				case "empty" -> Mono.empty();
				case "status" -> new WebEndpointResponse<>("tea", 418);
				default -> null;
			};
		}

		@WriteOperation
		void write() {
			throw new IllegalStateException("Never called");
		}

	}

}
