package io.natsproxy.it.contract;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.client.NatsClientHttpConnector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import reactor.netty.http.client.HttpClient;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The servlet applications of the contract, each started when it is first needed and
 * shared by all tests of the run.
 */
final class ServletEnvironment implements AutoCloseable {

	private final Deque<Runnable> opened = new ArrayDeque<>();

	private @Nullable TestBroker broker;

	private @Nullable WebTestClient reference;

	private @Nullable WebTestClient instead;

	private @Nullable WebTestClient beside;

	/**
	 * Returns a client of the reference, an application with a port and nothing of ours,
	 * with a connection for each request: a server closes one when it answers before a
	 * body is read, and a pool may give it out once more before it learns of that.
	 */
	synchronized WebTestClient reference() {
		if (this.reference == null) {
			ConfigurableApplicationContext context = run("--natsproxy.servlet.enabled=false");
			this.reference = bind(new ReactorClientHttpConnector(HttpClient.newConnection()),
					"http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port"));
		}
		return this.reference;
	}

	/**
	 * Returns a client of the application that has NATS instead of a port.
	 */
	synchronized WebTestClient instead() {
		if (this.instead == null) {
			run("--natsproxy.servlet.mode=instead", "--natsproxy.subject-prefix=instead");
			this.instead = nats("instead");
		}
		return this.instead;
	}

	/**
	 * Returns a client over NATS of the application that has NATS beside its port.
	 */
	synchronized WebTestClient beside() {
		if (this.beside == null) {
			run("--natsproxy.servlet.mode=beside", "--natsproxy.servlet.paths=/**",
					"--natsproxy.subject-prefix=beside");
			this.beside = nats("beside");
		}
		return this.beside;
	}

	private ConfigurableApplicationContext run(String... args) {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(ServletApplication.class)
			.web(WebApplicationType.SERVLET)
			.properties("spring.application.name=contract", "server.port=0", "spring.main.banner-mode=off",
					"spring.mvc.problemdetails.enabled=true", "server.servlet.session.cookie.name=SESSION",
					"server.jetty.max-http-form-post-size=256KB", "spring.servlet.multipart.max-file-size=5MB",
					"natsproxy.nats.servers=" + broker().url())
			.run(args);
		this.opened.push(context::close);
		return context;
	}

	private WebTestClient nats(String prefix) {
		NatsConnector connector = new NatsConnector("contract-client", "");
		this.opened.push(connector::close);
		NatsExchanges exchanges = new NatsExchanges(
				connector.connectNow(connector.options().server(broker().url()).build()), prefix);
		this.opened.push(exchanges::close);
		NatsCaller caller = new NatsCaller(exchanges, NatsCallerOptions.DEFAULTS);
		this.opened.push(caller::close);
		return bind(new NatsClientHttpConnector(caller, Duration.ofSeconds(30)), "http://service.example");
	}

	private TestBroker broker() {
		if (this.broker == null) {
			TestBroker started = TestBroker.start();
			this.opened.push(started::close);
			this.broker = started;
		}
		return this.broker;
	}

	private static WebTestClient bind(ClientHttpConnector connector, String baseUrl) {
		return WebTestClient.bindToServer(connector).baseUrl(baseUrl).responseTimeout(Duration.ofSeconds(20)).build();
	}

	@Override
	public synchronized void close() {
		while (!this.opened.isEmpty()) {
			this.opened.pop().run();
		}
	}

	/**
	 * Gives tests the one environment of the run, which is closed with it.
	 */
	static final class Resolver implements ParameterResolver {

		@Override
		public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
			return parameter.getParameter().getType() == ServletEnvironment.class;
		}

		@Override
		public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
			return context.getRoot()
				.getStore(ExtensionContext.Namespace.create(ServletEnvironment.class))
				.computeIfAbsent(ServletEnvironment.class, (key) -> new ServletEnvironment(), ServletEnvironment.class);
		}

	}

}
