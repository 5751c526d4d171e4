package io.natsproxy.agent.autoconfigure;

import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;

import javax.net.ssl.KeyManagerFactory;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.natsproxy.agent.Agent;
import io.natsproxy.agent.AgentObservations;
import io.natsproxy.agent.AgentOptions;
import io.natsproxy.agent.OverlappingUpstreamsException;
import io.natsproxy.agent.UpstreamState;
import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.boot.autoconfigure.NatsConnectionAutoConfiguration;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.client.NatsClientHttpConnector;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An agent is made of properties, and whoever gets them wrong is told which.
 */
class AgentAutoConfigurationTests {

	private static final String FIRST = "natsproxy.agent.upstreams[0].";

	private static TestBroker broker;

	private static DisposableServer server;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		server = HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.handle((request, response) -> request.uri().equals("/down") ? response.status(503).send()
					: response.sendString(Mono.just(request.uri() + " " + request.requestHeaders().get("X-Api-Key")
							+ " " + request.requestHeaders().get("Host"))))
			.bindNow();
	}

	@AfterAll
	static void stop() {
		server.disposeNow();
		broker.close();
	}

	private static ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsConnectionAutoConfiguration.class,
					NatsExchangesAutoConfiguration.class, SslAutoConfiguration.class, AgentAutoConfiguration.class,
					AgentHealthContributorAutoConfiguration.class))
			.withPropertyValues("natsproxy.nats.servers=" + broker.url());
	}

	private static ApplicationContextRunner upstream(String... properties) {
		return runner()
			.withPropertyValues(FIRST + "name=orders", FIRST + "paths=/orders/**",
					FIRST + "url=http://127.0.0.1:" + server.port())
			.withPropertyValues(properties);
	}

	private static String get(ApplicationContext context, String path) {
		try (NatsCaller caller = new NatsCaller(context.getBean(NatsExchanges.class), NatsCallerOptions.DEFAULTS)) {
			return WebClient.builder()
				.clientConnector(new NatsClientHttpConnector(caller, Duration.ofSeconds(10)))
				.baseUrl("http://shop.example")
				.build()
				.get()
				.uri(path)
				.retrieve()
				.bodyToMono(String.class)
				.block(Duration.ofSeconds(10));
		}
	}

	private static Health health(ApplicationContext context) {
		return context.getBean("natsproxyAgentHealthIndicator", HealthIndicator.class).health();
	}

	@Test
	void upstreamsAreServed() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		Metrics.addRegistry(registry);
		upstream(FIRST + "strip-prefix=/orders", FIRST + "headers.X-Api-Key=secret", FIRST + "host=inner.example",
				"natsproxy.agent.metrics=true")
			.run((context) -> {
				assertThat(get(context, "/orders/7?a=b")).isEqualTo("/7?a=b secret inner.example");
				Awaitility.await()
					.ignoreExceptions()
					.untilAsserted(() -> assertThat(registry.get("reactor.netty.http.client.response.time")
						.tag("uri", "orders")
						.timer()
						.count()).isPositive());
				assertThat(health(context).getStatus()).isEqualTo(Status.UP);
				// The exchange ends after its response has been sent.
				Awaitility.await()
					.untilAsserted(() -> assertThat(health(context).getDetails()).containsEntry("orders",
							Map.of("status", UpstreamState.Status.UP, "inFlight", 0, "webSockets", 0)));
			});
	}

	@Test
	void upstreamThatIsDownIsToldByItsHealth() {
		upstream(FIRST + "health=/down", FIRST + "health-interval=50ms").run((context) -> Awaitility.await()
			.untilAsserted(() -> assertThat(health(context).getStatus()).isEqualTo(Status.DOWN)));
	}

	@Test
	void upstreamIsTrustedByItsBundleOnly(@TempDir Path directory) throws Exception {
		Path file = directory.resolve("keys.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
				"SAN=dns:localhost", "-storetype", "PKCS12", "-storepass", "changeit", "-keystore", file.toString())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		assertThat(keytool.waitFor()).isZero();
		KeyStore keys = KeyStore.getInstance(file.toFile(), "changeit".toCharArray());
		KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		factory.init(keys, "changeit".toCharArray());
		SslContext ssl = SslContextBuilder.forServer(factory).build();
		DisposableServer secure = HttpServer.create()
			.port(0)
			.secure((spec) -> spec.sslContext(ssl))
			.handle((request, response) -> response.sendString(Mono.just("secure")))
			.bindNow();
		try {
			String url = FIRST + "url=https://localhost:" + secure.port();
			String[] bundle = { "spring.ssl.bundle.jks.inner.truststore.location=file:" + file,
					"spring.ssl.bundle.jks.inner.truststore.password=changeit", FIRST + "ssl.bundle=inner" };
			upstream(url).withPropertyValues(bundle)
				.run((context) -> assertThat(get(context, "/orders/7")).isEqualTo("secure"));
			upstream(url).run((context) -> assertThatExceptionOfType(WebClientResponseException.BadGateway.class)
				.isThrownBy(() -> get(context, "/orders/7")));
			upstream(FIRST + "url=https://127.0.0.1:" + secure.port()).withPropertyValues(bundle)
				.run((context) -> assertThatExceptionOfType(WebClientResponseException.BadGateway.class)
					.as("the certificate is that of localhost")
					.isThrownBy(() -> get(context, "/orders/7")));
		}
		finally {
			secure.disposeNow();
		}
	}

	@Test
	void withoutUpstreamsThereIsNothingToServe() {
		runner().run((context) -> assertThat(context.getBean(Agent.class).isRunning()).isFalse());
	}

	@Test
	void canBeSwitchedOff() {
		upstream("natsproxy.agent.enabled=false").run((context) -> assertThat(context).doesNotHaveBean(Agent.class)
			.doesNotHaveBean("natsproxyAgentHealthIndicator"));
	}

	@Test
	void ownBeansAreUsed() {
		upstream().withBean("own", AgentOptions.class, () -> AgentOptions.DEFAULTS)
			.withBean("natsproxyAgentHealthIndicator", HealthIndicator.class, () -> () -> Health.unknown().build())
			.run((context) -> {
				assertThat(context).hasSingleBean(AgentOptions.class);
				assertThat(health(context).getStatus()).isEqualTo(Status.UNKNOWN);
			});
	}

	@Test
	void requestsAreObservedWhereThereIsARegistry() {
		ApplicationContextRunner runner = upstream()
			.withConfiguration(AutoConfigurations.of(AgentObservationAutoConfiguration.class));
		runner
			.run((context) -> assertThat(context).hasSingleBean(Agent.class).doesNotHaveBean(AgentObservations.class));
		ApplicationContextRunner observed = runner.withBean(ObservationRegistry.class, ObservationRegistry::create);
		observed.run((context) -> assertThat(context).hasSingleBean(AgentObservations.class)
			.hasBean("natsproxyAgentObservations"));
		observed.withBean(AgentObservations.class, () -> AgentObservations.NONE)
			.run((context) -> assertThat(context.getBean(AgentObservations.class)).isSameAs(AgentObservations.NONE));
	}

	@Test
	void overlappingUpstreamsAreNamed() {
		upstream("natsproxy.agent.upstreams[1].name=archive", "natsproxy.agent.upstreams[1].paths=/orders/old/**",
				"natsproxy.agent.upstreams[1].url=http://127.0.0.1:1")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(OverlappingUpstreamsException.class,
						(ex) -> assertThat(new OverlappingUpstreamsFailureAnalyzer().analyze(ex, ex).getDescription())
							.contains("'orders'", "'archive'", "/orders/old/**")));
	}

	@Test
	void missingPropertiesAreNamed() {
		runner().withPropertyValues(FIRST + "paths=/a").run((context) -> expectInvalid(context, FIRST + "name"));
		runner().withPropertyValues(FIRST + "name=a", FIRST + "paths=/a")
			.run((context) -> expectInvalid(context, FIRST + "url"));
		runner().withPropertyValues(FIRST + "name=a", FIRST + "url=http://127.0.0.1:1")
			.run((context) -> expectInvalid(context, "no paths"));
	}

	@Test
	void malformedPropertiesAreNamed() {
		expectInvalid(FIRST + "name=or ders", "or ders");
		expectInvalid(FIRST + "url=ftp://127.0.0.1", "URL of upstream 'orders'");
		expectInvalid(FIRST + "paths=/{x", "'/{x'");
		expectInvalid(FIRST + "strip-prefix=/stock", "'/stock'");
		expectInvalid(FIRST + "host=a/b", "'a/b'");
		expectInvalid(FIRST + "health=health", "'health'");
		expectInvalid(FIRST + "headers.Content-Length=1", "'Content-Length'");
		expectInvalid(FIRST + "headers.X-Key=a\nb", "'X-Key' is malformed");
		expectInvalid(FIRST + "response-timeout=0s", FIRST + "response-timeout is 0s");
		expectInvalid(FIRST + "pool-size=0", FIRST + "pool-size is 0");
		expectInvalid(FIRST + "ssl.bundle=nobody", "'nobody'");
		expectInvalid("natsproxy.agent.max-in-flight=0", "natsproxy.agent.max-in-flight is 0");
	}

	private static void expectInvalid(String property, String text) {
		upstream(property).run((context) -> expectInvalid(context, text));
	}

	private static void expectInvalid(AssertableApplicationContext context, String text) {
		assertThat(context).hasFailed();
		Throwable failure = context.getStartupFailure();
		while (!(failure instanceof InvalidNatsSettingException)) {
			assertThat(failure).isNotNull();
			failure = failure.getCause();
		}
		assertThat(failure.getMessage() + ((InvalidNatsSettingException) failure).getAction()).contains(text);
	}

}
