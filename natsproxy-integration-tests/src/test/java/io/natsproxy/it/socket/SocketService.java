package io.natsproxy.it.socket;

import java.util.stream.Stream;

import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import io.natsproxy.it.gateway.OwnEventLoops;
import io.natsproxy.it.stream.ForkedApplication;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.server.NatsServer;
import io.natsproxy.webflux.websocket.NatsWebSockets;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/**
 * A service that accepts WebSockets, without an HTTP server.
 */
final class SocketService implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private SocketService(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static SocketService start(TestBroker broker, String... properties) {
		return start(broker, Application.class, properties);
	}

	static SocketService start(TestBroker broker, Class<?> application, String... properties) {
		return new SocketService(run(broker.url(), application, properties));
	}

	private static ConfigurableApplicationContext run(String url, Class<?> application, String... properties) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties("spring.application.name=sockets", "spring.main.banner-mode=off",
					"natsproxy.nats.servers=" + url, "natsproxy.nats.startup-wait=5s",
					"natsproxy.nats.reconnect-wait=100ms")
			.run(Stream.of(properties).map((property) -> "--" + property).toArray(String[]::new));
	}

	/**
	 * Runs in a process of its own, and tells when it does.
	 */
	public static void main(String[] args) {
		run(args[0], Application.class, Stream.of(args).skip(1).toArray(String[]::new));
		System.out.println(ForkedApplication.READY + 0);
	}

	/**
	 * Waits for the WebSocket of a name.
	 */
	ServiceSocket socket(String name) {
		return probes().await(name);
	}

	SocketProbes probes() {
		return this.context.getBean(SocketProbes.class);
	}

	NatsWebSockets webSockets() {
		return this.context.getBean(NatsWebSockets.class);
	}

	int open() {
		return this.context.getBean(WebSocketAcceptor.class).open();
	}

	int inFlight() {
		return this.context.getBean(NatsServer.class).getInFlight();
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ SocketProbes.class, SocketHandlers.class, SocketMethods.class, OwnEventLoops.class })
	static class Application {

	}

}
