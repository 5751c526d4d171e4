package io.natsproxy.it.gateway;

import java.util.stream.Stream;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.test.TestBroker;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/**
 * A gateway that runs on a free port.
 */
public final class Gateway implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private Gateway(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Starts a gateway.
	 * @param broker where it connects to
	 * @param properties {@code name=value}
	 */
	public static Gateway start(TestBroker broker, String... properties) {
		return start(broker, Application.class, properties);
	}

	public static Gateway start(TestBroker broker, Class<?> application, String... properties) {
		return start(broker.url(), application, properties);
	}

	private static Gateway start(String url, Class<?> application, String... properties) {
		return new Gateway(new SpringApplicationBuilder(application).web(WebApplicationType.REACTIVE)
			.properties("server.port=0", "natsproxy.service.enabled=false", "spring.main.banner-mode=off",
					"natsproxy.nats.servers=" + url, "natsproxy.nats.startup-wait=5s",
					"natsproxy.nats.reconnect-wait=100ms", "natsproxy.gateway.timeout=5s", "server.shutdown=immediate")
			.run(Stream.of(properties).map((property) -> "--" + property).toArray(String[]::new)));
	}

	/**
	 * Runs in a process of its own, and tells its port.
	 * @param args URL of the broker, and {@code name=value}
	 */
	public static void main(String[] args) {
		Gateway gateway = start(args[0], Application.class, Stream.of(args).skip(1).toArray(String[]::new));
		System.out.println("The application listens on port " + gateway.port());
	}

	public int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	/**
	 * The number of exchanges under way.
	 */
	public int inFlight() {
		return this.context.getBean("natsproxyGatewayCaller", NatsCaller.class).underWay();
	}

	/**
	 * The memory that bodies take, in bytes.
	 */
	public long memoryUsed() {
		return this.context.getBean(ByteBudget.class).used();
	}

	public ConfigurableApplicationContext context() {
		return this.context;
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * A gateway and nothing else.
	 */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(OwnEventLoops.class)
	static class Application {

	}

}
