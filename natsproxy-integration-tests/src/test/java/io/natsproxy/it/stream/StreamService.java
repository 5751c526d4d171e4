package io.natsproxy.it.stream;

import java.util.stream.Stream;

import io.natsproxy.it.gateway.OwnEventLoops;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.server.NatsServer;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/**
 * A service that streams, without an HTTP server.
 */
final class StreamService implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private StreamService(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static StreamService start(TestBroker broker, String... properties) {
		return new StreamService(run(broker.url(), properties));
	}

	private static ConfigurableApplicationContext run(String url, String... properties) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.application.name=streams", "spring.main.banner-mode=off",
					"natsproxy.nats.servers=" + url, "natsproxy.nats.startup-wait=5s",
					"natsproxy.nats.reconnect-wait=100ms")
			.run(Stream.of(properties).map((property) -> "--" + property).toArray(String[]::new));
	}

	/**
	 * Runs in a process of its own, and tells when it does.
	 */
	public static void main(String[] args) {
		run(args[0], Stream.of(args).skip(1).toArray(String[]::new));
		System.out.println(ForkedApplication.READY + 0);
	}

	Probe probe(String name) {
		return this.context.getBean(StreamRoutes.class).probe(name);
	}

	int inFlight() {
		return this.context.getBean(NatsServer.class).getInFlight();
	}

	@Override
	public void close() {
		this.context.close();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ StreamRoutes.class, OwnEventLoops.class })
	static class Application {

	}

}
