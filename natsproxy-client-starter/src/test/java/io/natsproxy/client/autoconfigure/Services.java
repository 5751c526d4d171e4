package io.natsproxy.client.autoconfigure;

import java.time.Duration;

import io.natsproxy.boot.autoconfigure.NatsConnectionAutoConfiguration;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.client.NatsClientHttpConnector;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * Services for tests, on one broker for all of them.
 */
final class Services {

	static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(NatsConnectionAutoConfiguration.class,
			NatsExchangesAutoConfiguration.class, NatsServiceAutoConfiguration.class, NatsClientAutoConfiguration.class,
			CodecsAutoConfiguration.class, JacksonAutoConfiguration.class, WebClientAutoConfiguration.class);

	private static final TestBroker broker = TestBroker.start();

	private Services() {
	}

	/**
	 * Returns where the broker is.
	 */
	static String url() {
		return broker.url();
	}

	/**
	 * Runs a service without an HTTP server.
	 */
	static ApplicationContextRunner runner() {
		return new ApplicationContextRunner().withConfiguration(CONFIGURATIONS).withPropertyValues(properties());
	}

	/**
	 * Returns the properties that each application has.
	 */
	static String[] properties() {
		return new String[] { "natsproxy.nats.servers=" + url(), "spring.application.name=test" };
	}

	/**
	 * Returns a client that calls over the connection of an application.
	 */
	static WebTestClient client(ApplicationContext context) {
		return client(context, Duration.ofSeconds(10));
	}

	/**
	 * Returns a client whose requests have a time-out.
	 */
	static WebTestClient client(ApplicationContext context, Duration timeout) {
		return WebTestClient.bindToServer(new NatsClientHttpConnector(context.getBean(NatsCaller.class), timeout))
			.responseTimeout(Duration.ofSeconds(20))
			.build();
	}

}
