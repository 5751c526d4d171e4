package io.natsproxy.client.autoconfigure;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.server.NatsServer;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Start and stop of a service without an HTTP server.
 */
class NatsServiceLifecycleTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@Test
	void serviceKeepsTheJvmAliveAndLeavesNoThreadBehind() {
		Set<Thread> before = threads();
		ConfigurableApplicationContext context = run(Service.class);
		assertThat(newThreads(before)).anyMatch((thread) -> !thread.isDaemon());
		Services.client(context).get().uri("/hello").exchange().expectBody(String.class).isEqualTo("hello");
		context.close();
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(newThreads(before)).isEmpty());
	}

	@Test
	void callerDoesNotKeepTheJvmAlive() {
		Set<Thread> before = threads();
		try (ConfigurableApplicationContext context = run(Caller.class)) {
			assertThat(context.getBean(NatsServer.class).isRunning()).isTrue();
			assertThat(newThreads(before)).allMatch(Thread::isDaemon);
		}
	}

	@Test
	void serverStartsAgain() {
		try (ConfigurableApplicationContext context = run(Service.class)) {
			context.stop();
			assertThat(context.getBean(NatsServer.class).isRunning()).isFalse();
			context.start();
			Services.client(context).get().uri("/hello").exchange().expectBody(String.class).isEqualTo("hello");
		}
	}

	@Test
	void requestsInFlightAreAnsweredBeforeItStops() throws Exception {
		try (ConfigurableApplicationContext caller = run(Caller.class)) {
			ConfigurableApplicationContext context = run(Service.class);
			Handlers handlers = context.getBean(Handlers.class);
			NatsServer server = context.getBean(NatsServer.class);
			CompletableFuture<String> reply = webClient(caller).get()
				.uri("/awaiting")
				.retrieve()
				.bodyToMono(String.class)
				.toFuture();
			await().atMost(PATIENCE).until(() -> server.getInFlight() == 1);
			CompletableFuture<Void> closed = CompletableFuture.runAsync(context::close);
			await().atMost(PATIENCE).until(() -> !server.isRunning());
			expectNoResponders(caller);
			assertThat(closed).isNotDone();
			handlers.answer.tryEmitValue("answered");
			assertThat(reply.get(30, TimeUnit.SECONDS)).isEqualTo("answered");
			closed.get(30, TimeUnit.SECONDS);
		}
	}

	@Test
	void requestThatIsNotAnsweredDoesNotHoldUpTheStopForLong() throws Exception {
		try (ConfigurableApplicationContext caller = run(Caller.class)) {
			ConfigurableApplicationContext context = run(Service.class,
					"--natsproxy.service.shutdown-grace-period=1ms");
			NatsServer server = context.getBean(NatsServer.class);
			webClient(caller).get().uri("/awaiting").retrieve().bodyToMono(String.class).subscribe((body) -> {
			}, (ex) -> {
			});
			await().atMost(PATIENCE).until(() -> server.getInFlight() == 1);
			CompletableFuture.runAsync(context::close).get(10, TimeUnit.SECONDS);
			assertThat(context.isActive()).isFalse();
		}
	}

	@Test
	void handlerIsCancelledWhenItsCallerHasStoppedWaiting() throws Exception {
		try (ConfigurableApplicationContext context = run(Service.class, "--natsproxy.client.timeout=200ms")) {
			assertThatExceptionOfType(WebClientRequestException.class)
				.isThrownBy(() -> webClient(context).get().uri("/never").retrieve().bodyToMono(String.class).block())
				.havingCause()
				.isInstanceOfSatisfying(NatsExchangeException.class,
						(ex) -> assertThat(ex.failure()).isEqualTo(ExchangeFailure.REPLY_TIMEOUT));
			assertThat(context.getBean(Handlers.class).cancelled.await(30, TimeUnit.SECONDS)).isTrue();
			await().atMost(PATIENCE).until(() -> context.getBean(NatsServer.class).getInFlight() == 0);
		}
	}

	@Test
	void nothingIsServedWhenSwitchedOff() {
		Services.runner()
			.withUserConfiguration(Handlers.class)
			.withPropertyValues("natsproxy.service.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(NatsServer.class)
				.hasSingleBean(NatsCaller.class));
	}

	@Test
	void nobodyCallsWhenSwitchedOff() {
		Services.runner()
			.withUserConfiguration(Handlers.class)
			.withPropertyValues("natsproxy.client.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(NatsServer.class)
				.doesNotHaveBean(NatsCaller.class));
	}

	private static void expectNoResponders(ConfigurableApplicationContext caller) {
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThatExceptionOfType(WebClientRequestException.class)
				.isThrownBy(() -> webClient(caller).get().uri("/hello").retrieve().bodyToMono(String.class).block())
				.withMessageContaining("No service answers this path"));
	}

	private static WebClient webClient(ConfigurableApplicationContext context) {
		return context.getBean("natsWebClientBuilder", WebClient.Builder.class).build();
	}

	private static ConfigurableApplicationContext run(Class<?> application, String... arguments) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties("spring.application.name=lifecycle", "natsproxy.nats.servers=" + Services.url())
			.run(arguments);
	}

	/**
	 * Threads of ours, and those which keep the JVM alive, but for those of the test
	 * itself.
	 */
	private static Set<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> !thread.getName().startsWith("awaitility"))
			.filter((thread) -> !thread.isDaemon() || thread.getName().matches("(nats-|natsproxy-(?!broker)).*"))
			.collect(Collectors.toSet());
	}

	private static Set<Thread> newThreads(Set<Thread> before) {
		Set<Thread> threads = threads();
		threads.removeAll(before);
		return threads;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Caller {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Handlers.class)
	static class Service {

	}

	@NatsController
	static class Handlers {

		private final Sinks.One<String> answer = Sinks.one();

		private final CountDownLatch cancelled = new CountDownLatch(1);

		@NatsGet("/hello")
		String hello() {
			return "hello";
		}

		@NatsGet("/awaiting")
		Mono<String> awaiting() {
			return this.answer.asMono();
		}

		@NatsGet("/never")
		Mono<String> never() {
			return Mono.<String>never().doOnCancel(this.cancelled::countDown);
		}

	}

}
