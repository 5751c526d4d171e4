package io.natsproxy.gateway.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.boot.autoconfigure.NatsConnectionAutoConfiguration;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.gateway.autoconfigure.actuate.GatewayEndpoint;
import io.natsproxy.gateway.declared.DeclaredRoutes;
import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.declared.NatsRouteLocator;
import io.natsproxy.gateway.declared.publish.PublishTarget;
import io.natsproxy.gateway.declared.request.RequestTarget;
import io.natsproxy.gateway.declared.webhook.GithubWebhooks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableReactiveWebApplicationContext;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.http.HttpMethod;

import static org.assertj.core.api.Assertions.assertThat;

class GatewayRoutesAutoConfigurationTests {

	private static final String ROUTE = "natsproxy.gateway.routes[0].";

	/**
	 * Nobody listens there: a gateway starts without NATS.
	 */
	private final ReactiveWebApplicationContextRunner runner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(GatewayRoutesAutoConfiguration.class, GatewayAutoConfiguration.class,
				GatewayResponseAutoConfiguration.class, GatewayWebSocketAutoConfiguration.class,
				NatsExchangesAutoConfiguration.class, NatsConnectionAutoConfiguration.class))
		.withPropertyValues("natsproxy.nats.servers=nats://127.0.0.1:1", "natsproxy.nats.startup-wait=0s",
				"natsproxy.nats.watchdog.enabled=false");

	@Test
	void nothingIsDeclaredByDefault() {
		this.runner.run((context) -> assertThat(context.getBean(DeclaredRoutes.class).routes()).isEmpty());
	}

	@Test
	void routesOfPropertiesAndBeansAreOneTable() {
		this.runner
			.withPropertyValues(ROUTE + "path=/orders/{id}", ROUTE + "methods=POST,PUT",
					ROUTE + "publish.subject=orders.{id}", ROUTE + "host=*.example.com", ROUTE + "order=5")
			.withBean("own", NatsRouteLocator.class,
					() -> NatsRouteLocator.of(NatsRoute.path("/own").to(RequestTarget.subject("own"))))
			.run((context) -> {
				assertThat(context.getBean(DeclaredRoutes.class).routes()).hasSize(2);
				assertThat(context.getBean(DeclaredRoutes.class).routes().get(0).path()).hasToString("/own");
				NatsRoute route = context.getBean(DeclaredRoutes.class).routes().get(1);
				assertThat(route.path().getPatternString()).isEqualTo("/orders/{id}");
				assertThat(route.methods()).containsExactlyInAnyOrder(HttpMethod.POST, HttpMethod.PUT);
				assertThat(route.condition()).isNotNull();
				assertThat(route.target()).isInstanceOf(PublishTarget.class);
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			path=/a/{b:(x)}               | publish.subject=a       | path
			path=/a/{b                    | publish.subject=a       | path
			methods=GET                   | publish.subject=a       | methods
			order=0                       | publish.subject={a}     | publish.subject
			order=0                       | publish.subject=a.>     | publish.subject
			order=0                       | publish.allow-reply=on  | publish.subject
			order=0                       | order=1                 | path
			request.subject=b             | publish.subject=a       | path
			headers.X=[                   | publish.subject=a       | headers.X
			query.x=[                     | publish.subject=a       | query.x
			version=1                     | publish.subject=a       | version
			publish.headers=Nats-Msg-Id   | publish.subject=a       | publish.headers
			publish.headers=a b           | publish.subject=a       | publish.headers
			request.timeout=0s            | request.subject=a       | request.timeout
			request.max-reply-size=-1B    | request.subject=a       | request.max-reply-size
			""")
	void settingThatCannotWorkIsNamed(String one, String other, String property) {
		this.runner.withPropertyValues(ROUTE + "path=/a", ROUTE + one, ROUTE + other)
			.run((context) -> assertThat(invalidSetting(context).getAction()).endsWith(ROUTE + property + "."));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			secret=a            | secrets=b                 | verify.type
			type=github         | max-size=1B               | verify.secret
			type=github         | secret=                   | verify.secret
			type=standard-webhooks | secret=whsec_!         | verify.secret
			type=github         | secret-file=/none/such    | verify.secret-file
			type=hmac           | secret=a                  | verify.header
			type=stripe         | tolerance=0s              | verify.tolerance
			type=stripe         | max-size=-1B              | verify.max-size
			""")
	void verificationThatCannotWorkIsNamed(String one, String other, String property) {
		this.runner
			.withPropertyValues(ROUTE + "path=/a", ROUTE + "publish.subject=a", ROUTE + "verify." + one,
					ROUTE + "verify." + other)
			.run((context) -> assertThat(invalidSetting(context).getAction()).endsWith(ROUTE + property + "."));
	}

	@Test
	void secretMayStandInAFile(@TempDir Path directory) throws IOException {
		Path file = Files.writeString(directory.resolve("secret"), " one\n");
		this.runner
			.withPropertyValues(ROUTE + "path=/a", ROUTE + "publish.subject=a", ROUTE + "verify.type=github",
					ROUTE + "verify.secret-file=" + file)
			.run((context) -> {
				NatsRoute route = context.getBean(DeclaredRoutes.class).routes().get(0);
				assertThat(route.methods()).containsExactly(HttpMethod.POST);
				assertThat(route.verifier()).isInstanceOf(GithubWebhooks.class);
			});
	}

	@Test
	void routesThatCannotBeToldApartFailTheStart() {
		this.runner
			.withPropertyValues(ROUTE + "path=/a/{x}", ROUTE + "publish.subject=a",
					"natsproxy.gateway.routes[1].path=/a/{y}", "natsproxy.gateway.routes[1].publish.subject=b")
			.run((context) -> {
				InvalidNatsSettingException failure = invalidSetting(context);
				assertThat(failure).hasMessageContaining("are for the same requests");
				assertThat(failure.getAction()).isEqualTo("Correct natsproxy.gateway.routes.");
			});
	}

	@Test
	void kindsOfTargetsCanBeForbidden() {
		ReactiveWebApplicationContextRunner allowed = this.runner
			.withPropertyValues("natsproxy.gateway.allowed-targets=request,key-value", ROUTE + "path=/a");
		allowed.withPropertyValues(ROUTE + "request.subject=a")
			.run((context) -> assertThat(context.getBean(DeclaredRoutes.class).routes()).hasSize(1));
		allowed.withPropertyValues(ROUTE + "publish.subject=a").run((context) -> {
			InvalidNatsSettingException failure = invalidSetting(context);
			assertThat(failure).hasMessageContaining("Route '/a [")
				.hasMessageContaining("has [request, key-value] and not 'publish'.");
			assertThat(failure.getAction()).contains("natsproxy.gateway.allowed-targets");
		});
	}

	@Test
	void endpointsShowDeclaredRoutes() {
		this.runner
			.withPropertyValues(ROUTE + "path=/a/{x}", ROUTE + "publish.subject=a.{x}", ROUTE + "methods=PUT,POST",
					ROUTE + "order=3")
			.run((context) -> {
				GatewayEndpoint endpoint = new GatewayEndpoint(null, context.getBean(DeclaredRoutes.class));
				assertThat(String.valueOf(endpoint.read("routes")))
					.contains("predicate=(Methods: [POST, PUT] && Paths: [/a/{x}], match trailing slash: false)")
					.contains("route_id=[POST, PUT] /a/{x}", "uri=nats:a.{x}", "order=3", "target=publish");
			});
	}

	@Test
	void variableThatThePathDoesNotHaveFailsTheStart() {
		this.runner.withPropertyValues(ROUTE + "path=/a/{x}", ROUTE + "publish.subject=a.{y}")
			.run((context) -> assertThat(invalidSetting(context)).hasMessageContaining("has no variable 'y'"));
	}

	private static InvalidNatsSettingException invalidSetting(AssertableReactiveWebApplicationContext context) {
		return Stream.iterate(context.getStartupFailure(), Objects::nonNull, Throwable::getCause)
			.filter(InvalidNatsSettingException.class::isInstance)
			.map(InvalidNatsSettingException.class::cast)
			.findFirst()
			.orElseThrow();
	}

}
