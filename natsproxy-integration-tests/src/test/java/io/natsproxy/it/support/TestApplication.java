package io.natsproxy.it.support;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.server.NatsServer;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.util.ClassUtils;

/**
 * A running application for a test: a gateway on a free port, or a service without an
 * HTTP server. Each has event loops of its own.
 *
 * <pre>{@code
 * try (TestApplication service = TestApplication.service(broker, "orders").with(Orders.class).start();
 *         TestApplication gateway = TestApplication.gateway(broker).properties("natsproxy.gateway.timeout=1s").start()) {
 *     get(gateway.port(), "/orders/7");
 * }
 * }</pre>
 */
public final class TestApplication implements AutoCloseable {

	private static final String GATEWAY_CALLER = "natsproxyGatewayCaller";

	private final ConfigurableApplicationContext context;

	private TestApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Returns a builder of a gateway, which is no service, and says the same of paths
	 * that nobody answers whether it knows all services already or not.
	 * @param broker the NATS server to connect to
	 */
	public static Builder gateway(TestBroker broker) {
		return new Builder(WebApplicationType.REACTIVE, broker.url()).properties("server.port=0",
				"server.shutdown=immediate", "natsproxy.service.enabled=false", "natsproxy.gateway.timeout=5s",
				"natsproxy.gateway.no-responders-status=service-unavailable");
	}

	/**
	 * Returns a builder of a service.
	 * @param broker the NATS server to connect to
	 * @param name the name of the application, and so of its queue group
	 */
	public static Builder service(TestBroker broker, String name) {
		return service(broker.url(), name);
	}

	/**
	 * Returns a builder of a service.
	 * @param url the NATS server to connect to
	 * @param name the name of the application, and so of its queue group
	 */
	public static Builder service(String url, String name) {
		return new Builder(WebApplicationType.NONE, url).properties("spring.application.name=" + name);
	}

	/**
	 * Returns a builder of a WebFlux application, which is no gateway.
	 * @param broker the NATS server to connect to
	 * @param name the name of the application, and so of its queue group
	 */
	public static Builder webFlux(TestBroker broker, String name) {
		return new Builder(WebApplicationType.REACTIVE, broker.url()).properties("spring.application.name=" + name,
				"server.port=0", "natsproxy.gateway.enabled=false");
	}

	/**
	 * Runs in a process of its own, and prints its port, or 0 if it has none.
	 * @param args the type of the application, its classes separated by commas, and
	 * {@code --name=value} for each property
	 */
	public static void main(String[] args) {
		Class<?>[] sources = Stream.of(args[1].split(","))
			.map((name) -> ClassUtils.resolveClassName(name, null))
			.toArray(Class<?>[]::new);
		ConfigurableApplicationContext context = new SpringApplicationBuilder(sources)
			.web(WebApplicationType.valueOf(args[0]))
			.run(Stream.of(args).skip(2).toArray(String[]::new));
		System.out.println(
				ForkedApplication.READY + context.getEnvironment().getProperty("local.server.port", Integer.class, 0));
	}

	/**
	 * Returns the port of the HTTP server.
	 */
	public int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	/**
	 * Returns the one bean of a type.
	 */
	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	/**
	 * Returns the number of exchanges under way: of a gateway those that it has begun, of
	 * a service those that it handles.
	 */
	public int inFlight() {
		return this.context.containsBean(GATEWAY_CALLER)
				? this.context.getBean(GATEWAY_CALLER, NatsCaller.class).underWay()
				: bean(NatsServer.class).getInFlight();
	}

	/**
	 * Returns the memory that bodies take, in bytes.
	 */
	public long memoryUsed() {
		return bean(ByteBudget.class).used();
	}

	/**
	 * Returns the application's context.
	 */
	public ConfigurableApplicationContext context() {
		return this.context;
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * Collects the classes and properties of an application. Can start any number of
	 * them.
	 */
	public static final class Builder {

		private final WebApplicationType type;

		private final List<Class<?>> sources = new ArrayList<>(List.of(Base.class));

		private final Map<String, String> properties = new LinkedHashMap<>();

		private Builder(WebApplicationType type, String url) {
			this.type = type;
			properties("spring.main.banner-mode=off", "natsproxy.nats.servers=" + url, "natsproxy.nats.startup-wait=5s",
					"natsproxy.nats.reconnect-wait=100ms");
		}

		/**
		 * Adds configurations, controllers and other components.
		 */
		public Builder with(Class<?>... components) {
			this.sources.addAll(List.of(components));
			return this;
		}

		/**
		 * Adds properties, in place of those of the same names that were there.
		 * @param properties {@code name=value}
		 */
		public Builder properties(String... properties) {
			for (String property : properties) {
				String[] parts = property.split("=", 2);
				this.properties.put(parts[0], parts[1]);
			}
			return this;
		}

		/**
		 * Starts the application in this process, and returns when it runs.
		 * @return the application, to be closed by its owner
		 */
		public TestApplication start() {
			return new TestApplication(
					new SpringApplicationBuilder(this.sources.toArray(Class<?>[]::new)).web(this.type)
						.run(arguments().toArray(String[]::new)));
		}

		/**
		 * Starts the application in a process of its own, and returns when it runs.
		 * @return the application, to be closed by its owner
		 */
		public ForkedApplication fork() throws Exception {
			String names = this.sources.stream().map(Class::getName).collect(Collectors.joining(","));
			return ForkedApplication.start(TestApplication.class,
					Stream.concat(Stream.of(this.type.name(), names), arguments()).toArray(String[]::new));
		}

		private Stream<String> arguments() {
			return this.properties.entrySet().stream().map((entry) -> "--" + entry.getKey() + "=" + entry.getValue());
		}

	}

	/**
	 * Nothing but what is auto-configured.
	 */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(OwnEventLoops.class)
	static class Base {

	}

}
