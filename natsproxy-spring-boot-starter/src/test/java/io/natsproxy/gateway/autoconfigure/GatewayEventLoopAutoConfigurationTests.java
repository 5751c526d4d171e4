package io.natsproxy.gateway.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.nats.client.Connection;
import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.transport.TransportSubscriber;
import io.natsproxy.core.transport.netty.EventLoopTransport;
import io.natsproxy.core.transport.netty.NettyTransport;
import io.natsproxy.core.transport.netty.SharedEventLoops;
import io.netty.channel.EventLoop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.resources.LoopResources;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

class GatewayEventLoopAutoConfigurationTests {

	private static final Pattern SHARED = Pattern.compile("natsproxy-(nio|epoll|kqueue|io_uring)-\\d+");

	/**
	 * Far more than there are event loops.
	 */
	private static final int CONNECTIONS = 200;

	private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations
		.of(GatewayEventLoopAutoConfiguration.class);

	private final ReactiveWebApplicationContextRunner runner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(CONFIGURATIONS);

	@Test
	void httpAndNatsRunOnTheSameThreads() throws Exception {
		try (ConfigurableApplicationContext context = run("natsproxy.gateway.event-loops.shared=true")) {
			String nats = natsThread(context);
			assertThat(nats).matches(SHARED);
			Set<String> http = new TreeSet<>();
			for (int i = 0; i < CONNECTIONS && !http.contains(nats); i++) {
				http.add(httpThread(context));
			}
			assertThat(http).contains(nats).allMatch(SHARED.asMatchPredicate());
			SharedEventLoops shared = context.getBean(SharedEventLoops.class);
			assertThat(shared.loops().get(0).submit(() -> Thread.currentThread().getName()).get(30, TimeUnit.SECONDS))
				.isEqualTo(nats);
		}
	}

	@Test
	void httpAndNatsRunOnTheSameThreadsOfOwnLoopResources() throws Exception {
		LoopResources own = LoopResources.create("own", 1, true);
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.REACTIVE)
			.initializers((GenericApplicationContext each) -> each.registerBean("natsproxyEventLoops",
					LoopResources.class, () -> own))
			.properties("server.port=0", "server.shutdown=immediate", "spring.main.banner-mode=off",
					"natsproxy.embedded.enabled=true", "natsproxy.nats.startup-wait=10s",
					"natsproxy.gateway.event-loops.shared=true")
			.run()) {
			assertThat(natsThread(context)).startsWith("own-").isEqualTo(httpThread(context));
		}
		finally {
			own.disposeLater(Duration.ZERO, Duration.ofSeconds(1)).block(Duration.ofSeconds(30));
		}
	}

	@Test
	void theThreadsEndWithTheApplication() throws Exception {
		ConfigurableApplicationContext context = run("natsproxy.gateway.event-loops.shared=true");
		assertThat(httpThread(context)).matches(SHARED);
		SharedEventLoops shared = context.getBean(SharedEventLoops.class);
		Connection connection = context.getBean(Connection.class);
		context.close();
		assertThat(connection.getStatus()).isEqualTo(Connection.Status.CLOSED);
		await().atMost(Duration.ofSeconds(20))
			.until(() -> shared.loops().stream().allMatch(EventLoop::isTerminated) && sharedThreads().isEmpty());
	}

	@Test
	void httpAndNatsKeepTheirOwnThreadsWhenNothingIsShared() throws Exception {
		try (ConfigurableApplicationContext context = run("natsproxy.gateway.event-loops.shared=false")) {
			assertThat(natsThread(context)).isEqualTo("nats-loop");
			assertThat(httpThread(context)).doesNotMatch(SHARED).isNotEqualTo("nats-loop");
		}
	}

	@Test
	void eventLoopsAreSharedByDefault() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(SharedEventLoops.class)
			.hasBean("natsproxyEventLoopCustomizer")
			.hasBean("natsproxyEventLoops"));
	}

	@Test
	void thereIsOneEventLoopForEachProcessorAndOneConnectionForEachEventLoop() {
		int loops = Math.max(2, Runtime.getRuntime().availableProcessors());
		this.runner.run((context) -> {
			SharedEventLoops shared = context.getBean(SharedEventLoops.class);
			assertThat(shared.loops()).hasSize(loops).doesNotHaveDuplicates();
			assertThat(shared.connections()).isEqualTo(Math.min(8, loops));
		});
	}

	@Test
	void eventLoopsAndConnectionsCanBeChosen() throws Exception {
		try (ConfigurableApplicationContext context = run("natsproxy.gateway.event-loops.shared=true",
				"natsproxy.gateway.event-loops.count=3", "natsproxy.gateway.event-loops.connections=2")) {
			List<Connection> siblings = context.getBean(NatsConnector.class).siblings();
			assertThat(siblings).hasSize(1);
			await().atMost(Duration.ofSeconds(30))
				.until(() -> siblings.get(0).getStatus() == Connection.Status.CONNECTED);
			assertThat(context.getBeansOfType(Connection.class)).hasSize(1);
			Set<String> http = new TreeSet<>();
			for (int i = 0; i < CONNECTIONS; i++) {
				http.add(httpThread(context));
			}
			assertThat(http).hasSize(3);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "count=0", "connections=0", "connections=1000" })
	void impossibleNumbersAreReported(String property) {
		String name = property.substring(0, property.indexOf('='));
		this.runner.withPropertyValues("natsproxy.gateway.event-loops." + property)
			.run((context) -> assertThat(
					Stream.iterate(context.getStartupFailure(), Objects::nonNull, Throwable::getCause))
				.filteredOn(InvalidNatsSettingException.class::isInstance)
				.singleElement(type(InvalidNatsSettingException.class))
				.extracting(InvalidNatsSettingException::getAction)
				.isEqualTo("Correct natsproxy.gateway.event-loops." + name + "."));
	}

	@Test
	void theTransportOfThePropertyCounts() throws Exception {
		try (ConfigurableApplicationContext context = run("natsproxy.gateway.event-loops.shared=true",
				"natsproxy.nats.event-loop.transport=nio")) {
			assertThat(natsThread(context)).startsWith("natsproxy-nio-");
			assertThat(httpThread(context)).startsWith("natsproxy-nio-");
		}
	}

	@Test
	@EnabledIfSystemProperty(named = EventLoopTransport.PROPERTY, matches = "io-uring",
			disabledReason = "The native library of io_uring is not on the class path")
	void ioUringIsTakenWhereItIsThere() throws Exception {
		try (ConfigurableApplicationContext context = run("natsproxy.gateway.event-loops.shared=true",
				"natsproxy.nats.event-loop.transport=auto")) {
			assertThat(natsThread(context)).startsWith("natsproxy-io_uring-");
			assertThat(httpThread(context)).startsWith("natsproxy-io_uring-");
		}
	}

	@Test
	@DisabledIfSystemProperty(named = EventLoopTransport.PROPERTY, matches = "io-uring",
			disabledReason = "The native library of io_uring is on the class path")
	void aTransportThatIsNotThereIsReported() {
		this.runner.withPropertyValues("natsproxy.nats.event-loop.transport=io-uring")
			.run((context) -> assertThat(
					Stream.iterate(context.getStartupFailure(), Objects::nonNull, Throwable::getCause))
				.filteredOn(InvalidNatsSettingException.class::isInstance)
				.singleElement(type(InvalidNatsSettingException.class))
				.satisfies((ex) -> assertThat(ex).hasMessageStartingWith("Event loops cannot be on io_uring: "))
				.extracting(InvalidNatsSettingException::getAction)
				.asString()
				.startsWith("Set natsproxy.nats.event-loop.transport=auto"));
	}

	@Test
	void eventLoopsAreNobodyElsesLoopResources() {
		this.runner.withUserConfiguration(Consumer.class)
			.run((context) -> assertThat(context.getBean(Consumer.class).resources).isNull());
	}

	@ParameterizedTest
	@ValueSource(strings = { "natsproxy.gateway.event-loops.shared=false", "natsproxy.nats.transport=jnats",
			"natsproxy.gateway.enabled=false" })
	void nothingIsSharedWhereThatIsNotWanted(String property) {
		this.runner.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(SharedEventLoops.class)
				.doesNotHaveBean(LoopResources.class)
				.doesNotHaveBean("natsproxyEventLoopCustomizer"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "natsproxy.gateway.event-loops.shared=true", "natsproxy.nats.transport=NETTY",
			"natsproxy.gateway.enabled=true" })
	void theDefaultsCanBeWritten(String property) {
		this.runner.withPropertyValues(property)
			.run((context) -> assertThat(context).hasSingleBean(SharedEventLoops.class));
	}

	@Test
	void anApplicationThatSaysWhereItsServersRunSharesNothingUnlessItIsAskedFor() {
		ReactiveWebApplicationContextRunner own = this.runner.withBean(ReactorResourceFactory.class,
				ReactorResourceFactory::new);
		own.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SharedEventLoops.class));
		own.withPropertyValues("natsproxy.gateway.event-loops.shared=true")
			.run((context) -> assertThat(context).hasSingleBean(SharedEventLoops.class));
	}

	@Test
	void anApplicationThatIsNoReactiveWebApplicationSharesNothing() {
		new ApplicationContextRunner().withConfiguration(CONFIGURATIONS)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SharedEventLoops.class));
	}

	@Test
	void anotherWebServerSharesNothing() {
		this.runner.withClassLoader(new FilteredClassLoader(NettyReactiveWebServerFactory.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SharedEventLoops.class));
	}

	private static ConfigurableApplicationContext run(String... properties) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.REACTIVE)
			.properties("server.port=0", "server.shutdown=immediate", "spring.main.banner-mode=off",
					"natsproxy.embedded.enabled=true", "natsproxy.nats.startup-wait=10s")
			.run(Stream.of(properties).map("--"::concat).toArray(String[]::new));
	}

	/**
	 * The thread on which the transport receives.
	 */
	private static String natsThread(ConfigurableApplicationContext context) throws Exception {
		NettyTransport transport = NettyTransport.of(context.getBean(Connection.class));
		CompletableFuture<String> thread = new CompletableFuture<>();
		TransportSubscriber subscriber = transport
			.newSubscriber((message) -> thread.complete(Thread.currentThread().getName()));
		subscriber.subscribe("thread", (String) null);
		transport.publish("thread", null, null, new byte[0]);
		String name = thread.get(30, TimeUnit.SECONDS);
		subscriber.close();
		return name;
	}

	/**
	 * The thread that handles a request on a new connection.
	 */
	private static String httpThread(ConfigurableApplicationContext context) throws IOException {
		int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			socket.getOutputStream()
				.write("GET /thread HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
					.getBytes(StandardCharsets.US_ASCII));
			String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
			assertThat(response).startsWith("HTTP/1.1 200 ");
			return response.substring(response.indexOf("\r\n\r\n") + 4);
		}
	}

	private static List<String> sharedThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter(SHARED.asMatchPredicate())
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		RouterFunction<ServerResponse> routes() {
			return RouterFunctions.route()
				.GET("/thread", (request) -> ServerResponse.ok().bodyValue(Thread.currentThread().getName()))
				.build();
		}

		/**
		 * In place of what all applications of this JVM share, and the first that stops
		 * would end.
		 */
		@Bean
		ReactorResourceFactory reactorResourceFactory() {
			ReactorResourceFactory factory = new ReactorResourceFactory();
			factory.setUseGlobalResources(false);
			factory.setShutdownQuietPeriod(Duration.ZERO);
			return factory;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Consumer {

		private final LoopResources resources;

		Consumer(ObjectProvider<LoopResources> resources) {
			this.resources = resources.getIfAvailable();
		}

	}

}
