package io.natsproxy.samples.chat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

import io.nats.client.Connection;
import io.natsproxy.test.TestBroker;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.client.ReactorResourceFactory;

/**
 * Instances of the chat and gateways on one NATS, each in an application of its own.
 */
final class ChatCluster implements AutoCloseable {

	private static final String LOST_AFTER = "natsproxy.stream.lost-after=3s";

	private final TestBroker broker = TestBroker.start();

	private final Deque<ConfigurableApplicationContext> gateways = new ArrayDeque<>();

	private final Map<String, ConfigurableApplicationContext> services = new LinkedHashMap<>();

	/**
	 * Starts an instance of the chat.
	 * @param instance what it calls itself
	 */
	void startService(String instance) {
		this.services.put(instance,
				new SpringApplicationBuilder(ChatApplication.class, OwnEventLoops.class).web(WebApplicationType.NONE)
					.properties("spring.main.banner-mode=off", LOST_AFTER)
					.run("--chat.instance=" + instance, "--natsproxy.nats.servers=" + this.broker.url()));
	}

	/**
	 * Stops an instance in good order.
	 */
	void stopService(String instance) {
		this.services.remove(instance).close();
	}

	/**
	 * Lets an instance vanish without a word, as if its process had been killed.
	 */
	void killService(String instance) throws InterruptedException {
		try (ConfigurableApplicationContext service = this.services.remove(instance)) {
			service.getBean(Connection.class).close();
		}
	}

	/**
	 * Starts a gateway.
	 * @return where it is
	 */
	URI startGateway() {
		ConfigurableApplicationContext gateway = new SpringApplicationBuilder(Gateway.class)
			.web(WebApplicationType.REACTIVE)
			.properties("spring.main.banner-mode=off", "natsproxy.service.enabled=false", LOST_AFTER)
			.run("--server.port=0", "--natsproxy.nats.servers=" + this.broker.url());
		this.gateways.push(gateway);
		return URI.create("http://127.0.0.1:" + gateway.getEnvironment().getRequiredProperty("local.server.port"));
	}

	@Override
	public void close() {
		this.gateways.forEach(ConfigurableApplicationContext::close);
		this.services.values().forEach(ConfigurableApplicationContext::close);
		this.broker.close();
	}

	/**
	 * A gateway and nothing else. It has no stereotype, so that the chat does not find
	 * it.
	 */
	@EnableAutoConfiguration
	@Import(OwnEventLoops.class)
	static class Gateway {

	}

	/**
	 * Event loops for each application: the first that stops would end those that all
	 * share by default.
	 */
	static class OwnEventLoops {

		@Bean
		ReactorResourceFactory reactorResourceFactory() {
			ReactorResourceFactory factory = new ReactorResourceFactory();
			factory.setUseGlobalResources(false);
			factory.setShutdownQuietPeriod(Duration.ZERO);
			return factory;
		}

	}

}
