package io.natsproxy.it.contract;

import java.time.Duration;

import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.webflux.client.NatsClientHttpConnector;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The servlet applications of the contract, each started when it is first needed and
 * shared by all tests of the run.
 */
final class ServletEnvironment extends AbstractEnvironment {

	private @Nullable WebTestClient reference;

	private @Nullable WebTestClient instead;

	private @Nullable WebTestClient beside;

	/**
	 * Returns a client of the reference, an application with a port and nothing of ours.
	 * It does not notice that clients of endless streams have gone, for whose requests a
	 * shutdown would wait.
	 */
	synchronized WebTestClient reference() {
		if (this.reference == null) {
			ConfigurableApplicationContext context = run("--natsproxy.servlet.enabled=false",
					"--server.shutdown=immediate");
			this.reference = bindToServer("http://localhost:" + port(context));
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
		opened(context::close);
		return context;
	}

	private WebTestClient nats(String prefix) {
		NatsConnector connector = new NatsConnector("contract-client", "");
		opened(connector::close);
		NatsExchanges exchanges = new NatsExchanges(
				connector.connectNow(connector.options().server(broker().url()).build()), prefix);
		opened(exchanges::close);
		NatsCaller caller = new NatsCaller(exchanges, NatsCallerOptions.DEFAULTS);
		opened(caller::close);
		return bind(new NatsClientHttpConnector(caller, Duration.ofSeconds(30)), "http://service.example");
	}

	/**
	 * Gives tests the environment.
	 */
	static final class Resolver extends AbstractResolver<ServletEnvironment> {

		Resolver() {
			super(ServletEnvironment.class, ServletEnvironment::new);
		}

	}

}
