package io.natsproxy.webserver;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.natsproxy.client.autoconfigure.NatsServerFactory;
import io.natsproxy.webflux.server.NatsServer;
import io.natsproxy.webserver.autoconfigure.NatsWebServerManagementAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.NettyWebServer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.boot.web.server.reactive.ReactiveWebServerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.client.WebSocketClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.springframework.security.config.Customizer.withDefaults;

/**
 * Applications whose web server is one of NATS, and those where it is not.
 */
@ExtendWith(OutputCaptureExtension.class)
class NatsWebServerApplicationTests {

	@Test
	void applicationHasAWebServerAndNoPort(CapturedOutput output) {
		try (ConfigurableApplicationContext context = Applications.run(Application.class)) {
			Applications.client(context).get().uri("/hello").exchange().expectBody(String.class).isEqualTo("hello");
			assertThat(context.getBean(Events.class).ports).containsExactly(-1);
			assertThat(output).contains("Serving over NATS in queue group 'test': * /**").doesNotContain(" port ");
		}
		assertThat(output).contains("Graceful shutdown complete");
	}

	@Test
	void contextStartsAgain() {
		try (ConfigurableApplicationContext context = Applications.run(Application.class)) {
			context.stop();
			assertThat(context.getBean(NatsServer.class).isRunning()).isFalse();
			context.start();
			assertThat(context.getBean(NatsServer.class).isRunning()).isTrue();
			Applications.client(context).get().uri("/hello").exchange().expectBody(String.class).isEqualTo("hello");
		}
	}

	/**
	 * As the context cache of Spring's test framework does.
	 */
	@Test
	void contextThatWasPausedAnswersAgain() {
		try (ConfigurableApplicationContext context = Applications.run(Application.class)) {
			context.pause();
			context.restart();
			Applications.client(context).get().uri("/hello").exchange().expectBody(String.class).isEqualTo("hello");
		}
	}

	@Test
	void serverThatIsAskedForBeforeTheWebServerIsMadeIsThatOfTheWebServer() {
		try (ConfigurableApplicationContext context = Applications.run(Early.class,
				"--natsproxy.service.expose.paths=/hello")) {
			WebServer webServer = ((WebServerApplicationContext) context).getWebServer();
			assertThat(((NatsWebServer) webServer).getNatsServer()).isSameAs(context.getBean(NatsServer.class));
			Applications.client(context).get().uri("/hello").exchange().expectBody(String.class).isEqualTo("hello");
			webServer.stop();
			assertThat(context.getBean(NatsServer.class).isRunning()).isFalse();
		}
	}

	@Test
	void serverOfAnOwnFactoryIsNotThereBeforeTheWebServerIsMade() {
		assertThatException().isThrownBy(() -> Applications.run(EarlyOwnFactory.class).close())
			.havingRootCause()
			.withMessageContaining("which has not been made yet");
	}

	@Test
	void ownFactoryServesWebSocketsToo() {
		try (ConfigurableApplicationContext context = Applications.run(OwnFactory.class)) {
			Applications.client(context).get().uri("/hello").exchange().expectBody(String.class).isEqualTo("hello");
			Sinks.One<String> echo = Sinks.one();
			context.getBean("natsWebSocketClient", WebSocketClient.class)
				.execute(URI.create("http://localhost/echo"),
						(session) -> session.send(Mono.just(session.textMessage("one")))
							.then(session.receive()
								.next()
								.doOnNext((message) -> echo.tryEmitValue(message.getPayloadAsText()))
								.then()))
				.block(Duration.ofSeconds(30));
			assertThat(echo.asMono().block(Duration.ofSeconds(30))).isEqualTo("one");
		}
	}

	@Test
	void applicationWithoutReactorNettyHasNoManagementPort() {
		new ReactiveWebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsWebServerManagementAutoConfiguration.class))
			.withBean(NatsReactiveWebServerFactory.class, () -> new NatsReactiveWebServerFactory((handler) -> {
				throw new IllegalStateException();
			}))
			.withPropertyValues("management.server.port=0")
			.withClassLoader(new FilteredClassLoader(NettyReactiveWebServerFactory.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ManagementContextFactory.class));
	}

	@Test
	void startThatFailsFailsForItsOwnReasonOnly() {
		assertThatException().isThrownBy(() -> Applications.run(Failing.class).close()).satisfies((ex) -> {
			assertThat(ex).hasRootCauseMessage("no start");
			assertThat(ex.getSuppressed()).isEmpty();
		});
	}

	@Test
	void managementPortIsOneOfHttp(CapturedOutput output) {
		try (ConfigurableApplicationContext context = Applications.run(Application.class,
				"--management.server.port=0")) {
			WebTestClient nats = Applications.client(context);
			nats.get().uri("/hello").exchange().expectBody(String.class).isEqualTo("hello");
			nats.get().uri("/actuator/health").exchange().expectStatus().isNotFound();
			WebTestClient management = http(context, "local.management.port");
			management.get()
				.uri("/actuator/health")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.status")
				.isEqualTo("UP");
			management.get().uri("/hello").exchange().expectStatus().isNotFound();
			assertThat(context.getBean(Events.class).ports).hasSize(2).contains(-1);
		}
		assertThat(output).contains("Netty started on port ");
	}

	@Test
	void actuatorOfTheSamePortIsServedOverNats() {
		try (ConfigurableApplicationContext context = Applications.run(Application.class)) {
			Applications.client(context)
				.get()
				.uri("/actuator/health")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.status")
				.isEqualTo("UP");
		}
	}

	@Test
	void pathsMayBeNarrowed() {
		try (ConfigurableApplicationContext context = Applications.run(Application.class,
				"--natsproxy.service.expose.paths=/hello/**")) {
			WebTestClient nats = Applications.client(context);
			nats.get().uri("/hello").exchange().expectBody(String.class).isEqualTo("hello");
			for (String path : List.of("/other", "/actuator/health")) {
				assertThatExceptionOfType(WebClientRequestException.class)
					.isThrownBy(() -> nats.get().uri(path).exchange())
					.withMessageContaining("No service answers this path");
			}
		}
	}

	@Test
	void securityOfTheApplicationHolds() {
		try (ConfigurableApplicationContext context = Applications.run(SecuredApplication.class,
				"--spring.autoconfigure.exclude=")) {
			WebTestClient nats = Applications.client(context);
			nats.get().uri("/hello").exchange().expectStatus().isUnauthorized();
			nats.get()
				.uri("/hello")
				.headers((headers) -> headers.setBasicAuth("alice", "secret"))
				.exchange()
				.expectBody(String.class)
				.isEqualTo("hello");
		}
	}

	@Test
	void applicationWithoutItsNatsServerHasItsPort() {
		for (String property : List.of("natsproxy.service.web-server.enabled", "natsproxy.service.enabled")) {
			try (ConfigurableApplicationContext context = Applications.run(Application.class,
					"--" + property + "=false")) {
				assertThat(((WebServerApplicationContext) context).getWebServer()).isInstanceOf(NettyWebServer.class);
				assertThat(context.getBeansOfType(ReactiveWebServerFactory.class)).hasSize(1);
				http(context, "local.server.port").get()
					.uri("/hello")
					.exchange()
					.expectBody(String.class)
					.isEqualTo("hello");
			}
		}
	}

	@Test
	void shutdownPhaseEndsTheWaitForRequests(CapturedOutput output) {
		ConfigurableApplicationContext context = Applications.run(Application.class,
				"--spring.lifecycle.timeout-per-shutdown-phase=200ms");
		try (ConfigurableApplicationContext caller = Applications.run(Application.class,
				"--natsproxy.subject-prefix=" + context.getEnvironment().getProperty("natsproxy.subject-prefix"),
				"--natsproxy.service.web-server.enabled=false")) {
			CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> Applications.client(caller)
				.get()
				.uri("/never")
				.exchange()
				.returnResult(Void.class)
				.getStatus()
				.value());
			await().atMost(30, TimeUnit.SECONDS).until(() -> context.getBean(NatsServer.class).getInFlight() == 1);
			context.close();
			assertThat(status).succeedsWithin(30, TimeUnit.SECONDS).isEqualTo(503);
		}
		assertThat(output).contains("Graceful shutdown aborted with one or more requests still active");
	}

	private static WebTestClient http(ConfigurableApplicationContext context, String port) {
		return WebTestClient.bindToServer(new JdkClientHttpConnector())
			.baseUrl("http://localhost:" + context.getEnvironment().getRequiredProperty(port))
			.build();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Hello.class, Events.class })
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Application.class)
	static class SecuredApplication {

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

	@Configuration(proxyBeanMethods = false)
	@Import(Application.class)
	static class Failing {

		@Bean
		Object failing() {
			throw new IllegalStateException("no start");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Application.class)
	static class Early {

		@Bean
		WebServerFactoryCustomizer<NatsReactiveWebServerFactory> early(NatsServer server) {
			return (factory) -> assertThat(server.isRunning()).isFalse();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Application.class)
	static class OwnFactory {

		@Bean
		NatsReactiveWebServerFactory ownFactory(ObjectProvider<NatsServerFactory> servers) {
			return new NatsReactiveWebServerFactory((httpHandler) -> servers.getObject().create(httpHandler));
		}

		@Bean
		HandlerMapping sockets() {
			WebSocketHandler echo = (session) -> session.send(session.receive());
			return new SimpleUrlHandlerMapping(Map.of("/echo", echo), 10);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ OwnFactory.class, Early.class })
	static class EarlyOwnFactory {

	}

	static class Events {

		private final List<Integer> ports = new CopyOnWriteArrayList<>();

		@EventListener
		void on(WebServerInitializedEvent event) {
			this.ports.add(event.getWebServer().getPort());
		}

	}

	@RestController
	static class Hello {

		@GetMapping("/hello")
		String hello() {
			return "hello";
		}

		@GetMapping("/never")
		Mono<String> never() {
			return Mono.never();
		}

	}

}
