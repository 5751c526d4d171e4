package io.natsproxy.agent.app;

import java.time.Duration;

import io.natsproxy.agent.Agent;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.client.NatsClientHttpConnector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.context.reactive.ReactiveWebApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application is an agent that flags configure, and opens no port unless it is told
 * to.
 */
class AgentApplicationTests {

	private static TestBroker broker;

	private static DisposableServer server;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		server = HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.handle((request, response) -> response.sendString(Mono.just("Hello from " + request.uri())))
			.bindNow();
	}

	@AfterAll
	static void stop() {
		server.disposeNow();
		broker.close();
	}

	private static ConfigurableApplicationContext run(String... more) {
		String[] arguments = { "--natsproxy.nats.servers=" + broker.url(), "--natsproxy.agent.upstreams[0].name=hello",
				"--natsproxy.agent.upstreams[0].paths=/hello/**",
				"--natsproxy.agent.upstreams[0].url=http://127.0.0.1:" + server.port() };
		String[] all = new String[arguments.length + more.length];
		System.arraycopy(arguments, 0, all, 0, arguments.length);
		System.arraycopy(more, 0, all, arguments.length, more.length);
		return SpringApplication.run(AgentApplication.class, all);
	}

	@Test
	void answersOverNatsWithoutAPort() {
		try (ConfigurableApplicationContext context = run();
				NatsCaller caller = new NatsCaller(context.getBean(NatsExchanges.class), NatsCallerOptions.DEFAULTS)) {
			assertThat(context).isNotInstanceOf(ReactiveWebApplicationContext.class);
			assertThat(context.getEnvironment().getProperty("local.server.port")).isNull();
			assertThat(context.getBean(Agent.class).isRunning()).isTrue();
			WebTestClient.bindToServer(new NatsClientHttpConnector(caller, Duration.ofSeconds(10)))
				.build()
				.get()
				.uri("/hello/world")
				.exchange()
				.expectBody(String.class)
				.isEqualTo("Hello from /hello/world");
		}
	}

	@Test
	void tellsItsHealthWhereItIsAskedFor() {
		try (ConfigurableApplicationContext context = run("--spring.main.web-application-type=reactive",
				"--server.port=0", "--management.endpoint.health.show-details=always")) {
			WebTestClient.bindToServer()
				.baseUrl("http://localhost:" + context.getEnvironment().getProperty("local.server.port"))
				.build()
				.get()
				.uri("/actuator/health")
				.exchange()
				.expectBody()
				.jsonPath("$.components.natsproxyAgent.details.hello.status")
				.isEqualTo("UP");
		}
	}

}
