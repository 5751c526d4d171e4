package io.natsproxy.it.contract;

import java.time.Duration;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.client.NatsClientHttpConnector;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClient;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The applications of the contract, each started when it is first needed and shared by
 * all tests of the run.
 */
final class ContractEnvironment extends AbstractEnvironment {

	private @Nullable ConfigurableApplicationContext reference;

	private @Nullable ConfigurableApplicationContext service;

	private @Nullable ConfigurableApplicationContext gateway;

	private @Nullable ConfigurableApplicationContext goGateway;

	private @Nullable ConfigurableApplicationContext agentGateway;

	private @Nullable PythonServer python;

	private @Nullable ConfigurableApplicationContext pythonGateway;

	private @Nullable ConfigurableApplicationContext exposed;

	private @Nullable ConfigurableApplicationContext webServer;

	/**
	 * Returns a client of the reference.
	 */
	synchronized WebTestClient reference() {
		if (this.reference == null) {
			this.reference = run(HttpApplication.class, WebApplicationType.REACTIVE);
		}
		return bindToServer("http://localhost:" + port(this.reference));
	}

	/**
	 * Returns a client of the gateway.
	 */
	synchronized WebTestClient gateway() {
		service();
		if (this.gateway == null) {
			this.gateway = run(GatewayApplication.class, WebApplicationType.REACTIVE);
		}
		return http(this.gateway);
	}

	/**
	 * Returns a client of a gateway that speaks the Go project's format, on a broker and
	 * with a service of its own.
	 */
	synchronized WebTestClient goFormat() {
		if (this.goGateway == null) {
			TestBroker broker = newBroker();
			String withFormat = "--spring.autoconfigure.exclude=${tests.tracing}";
			run(broker, NatsApplication.class, WebApplicationType.NONE, withFormat);
			this.goGateway = run(broker, GatewayApplication.class, WebApplicationType.REACTIVE, withFormat,
					"--natsproxy.gateway.format=go-nats-proxy");
		}
		return http(this.goGateway);
	}

	/**
	 * Returns a client of a gateway behind which an agent stands before the reference, on
	 * a broker of their own.
	 */
	synchronized WebTestClient agent() {
		if (this.agentGateway == null) {
			reference();
			this.agentGateway = gatewayOfAgent(port(this.reference));
		}
		return http(this.agentGateway);
	}

	private ConfigurableApplicationContext gatewayOfAgent(String port) {
		TestBroker broker = newBroker();
		run(broker, AgentApplication.class, WebApplicationType.NONE, "--natsproxy.agent.upstreams[0].name=reference",
				"--natsproxy.agent.upstreams[0].paths=/**",
				"--natsproxy.agent.upstreams[0].url=http://127.0.0.1:" + port);
		return run(broker, GatewayApplication.class, WebApplicationType.REACTIVE);
	}

	/**
	 * Returns a client of the server in Python. Skips the test where there is no Python.
	 */
	synchronized WebTestClient python() {
		return bindToServer("http://localhost:" + pythonServer().port());
	}

	/**
	 * Returns a client of a gateway behind which an agent stands before the server in
	 * Python, on a broker of their own. Skips the test where there is no Python.
	 */
	synchronized WebTestClient pythonAgent() {
		if (this.pythonGateway == null) {
			this.pythonGateway = gatewayOfAgent(Integer.toString(pythonServer().port()));
		}
		return http(this.pythonGateway);
	}

	private PythonServer pythonServer() {
		if (this.python == null) {
			this.python = PythonServer.start();
			opened(this.python::close);
		}
		return this.python;
	}

	/**
	 * Returns a client that calls the service over NATS.
	 */
	synchronized WebTestClient nats() {
		return nats(service());
	}

	private static WebTestClient nats(ConfigurableApplicationContext context) {
		return bind(new NatsClientHttpConnector(context.getBean(NatsCaller.class), Duration.ofSeconds(30)),
				"http://service.example");
	}

	/**
	 * Returns a client that calls the exposed application over NATS.
	 */
	synchronized WebTestClient exposed() {
		if (this.exposed == null) {
			this.exposed = run(broker(), ExposedApplication.class, WebApplicationType.REACTIVE,
					"--natsproxy.subject-prefix=exposed", "--natsproxy.service.expose.paths=/**");
		}
		return nats(this.exposed);
	}

	/**
	 * Returns a client that calls the application whose web server is one of NATS.
	 */
	synchronized WebTestClient webServer() {
		if (this.webServer == null) {
			this.webServer = run(broker(), ExposedApplication.class, WebApplicationType.REACTIVE,
					"--natsproxy.subject-prefix=web-server", "--natsproxy.service.web-server.enabled=true");
		}
		return nats(this.webServer);
	}

	private ConfigurableApplicationContext service() {
		if (this.service == null) {
			this.service = run(NatsApplication.class, WebApplicationType.NONE);
		}
		return this.service;
	}

	private ConfigurableApplicationContext run(Class<?> application, WebApplicationType type) {
		return run(broker(), application, type);
	}

	private ConfigurableApplicationContext run(TestBroker broker, Class<?> application, WebApplicationType type,
			String... args) {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(application).web(type)
			.properties("spring.application.name=contract", "server.port=0",
					"spring.webflux.problemdetails.enabled=true", "spring.http.codecs.max-in-memory-size=256KB",
					"spring.webflux.multipart.max-parts=10", "spring.main.banner-mode=off",
					"natsproxy.gateway.no-responders-status=service-unavailable",
					"natsproxy.nats.servers=" + broker.url())
			.run(args);
		opened(context::close);
		return context;
	}

	/**
	 * A client that does not decompress, as the one by default would.
	 */
	private static WebTestClient http(ConfigurableApplicationContext context) {
		return http(context, HttpClient.create());
	}

	private static WebTestClient http(ConfigurableApplicationContext context, HttpClient client) {
		return http(port(context), client);
	}

	private static WebTestClient http(String port, HttpClient client) {
		return bind(new ReactorClientHttpConnector(client), "http://localhost:" + port);
	}

	/**
	 * Gives tests the environment.
	 */
	static final class Resolver extends AbstractResolver<ContractEnvironment> {

		Resolver() {
			super(ContractEnvironment.class, ContractEnvironment::new);
		}

	}

}
