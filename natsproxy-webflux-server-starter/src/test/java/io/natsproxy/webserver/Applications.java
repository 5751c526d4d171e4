package io.natsproxy.webserver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.client.NatsClientHttpConnector;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * Applications for tests, on one broker for all of them, each with subjects of its own.
 */
final class Applications {

	private static final TestBroker broker = TestBroker.start();

	private static final String PREFIX = "--natsproxy.subject-prefix=";

	private static int started;

	private Applications() {
	}

	static ConfigurableApplicationContext run(Class<?> application, String... args) {
		return run(WebApplicationType.REACTIVE, application, args);
	}

	static synchronized ConfigurableApplicationContext run(WebApplicationType type, Class<?> application,
			String... args) {
		List<String> all = new ArrayList<>(List.of("--natsproxy.nats.servers=" + broker.url(),
				"--spring.application.name=test", "--server.port=0"));
		if (Stream.of(args).noneMatch((arg) -> arg.startsWith(PREFIX))) {
			all.add(PREFIX + "test" + ++started);
		}
		all.addAll(List.of(args));
		return new SpringApplicationBuilder(application).web(type).run(all.toArray(String[]::new));
	}

	/**
	 * Returns a client that calls over the connection of an application.
	 */
	static WebTestClient client(ConfigurableApplicationContext context) {
		return WebTestClient
			.bindToServer(new NatsClientHttpConnector(context.getBean(NatsCaller.class), Duration.ofSeconds(20)))
			.responseTimeout(Duration.ofSeconds(30))
			.build();
	}

}
