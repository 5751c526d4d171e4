package io.natsproxy.it.contract;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

import io.natsproxy.test.TestBroker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import reactor.netty.http.client.HttpClient;
import reactor.util.retry.Retry;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;

/**
 * What runs for the contract, started when it is first needed, and closed with the run in
 * the opposite order. Guarded by this object.
 */
abstract class AbstractEnvironment implements AutoCloseable {

	private final Deque<Runnable> opened = new ArrayDeque<>();

	private @Nullable TestBroker broker;

	/**
	 * Has something closed with the run.
	 */
	final void opened(Runnable close) {
		this.opened.push(close);
	}

	/**
	 * Returns the broker that applications share.
	 */
	final TestBroker broker() {
		if (this.broker == null) {
			this.broker = newBroker();
		}
		return this.broker;
	}

	final TestBroker newBroker() {
		TestBroker broker = TestBroker.start();
		opened(broker::close);
		return broker;
	}

	static String port(ConfigurableApplicationContext context) {
		return context.getEnvironment().getRequiredProperty("local.server.port");
	}

	static WebTestClient bind(ClientHttpConnector connector, String baseUrl) {
		return WebTestClient.bindToServer(connector).baseUrl(baseUrl).responseTimeout(Duration.ofSeconds(20)).build();
	}

	/**
	 * Returns a client of a server over HTTP that has a connection for each request: a
	 * server closes one when it answers before a body is read, and a pool may give it out
	 * once more before it learns of that. What it has answered may be lost with the
	 * connection, too: then the request is sent again.
	 */
	static WebTestClient bindToServer(String baseUrl) {
		return bind(new ReactorClientHttpConnector(HttpClient.newConnection()), baseUrl).mutate()
			.filter((request, next) -> next.exchange(request)
				.retryWhen(Retry.max(3)
					.filter((ex) -> ex instanceof WebClientRequestException && ex.getCause() instanceof IOException)))
			.build();
	}

	@Override
	public final synchronized void close() {
		while (!this.opened.isEmpty()) {
			this.opened.pop().run();
		}
	}

	/**
	 * Gives tests the one environment of the run, which is closed with it.
	 *
	 * @param <T> the type of the environment
	 */
	abstract static class AbstractResolver<T extends AbstractEnvironment> implements ParameterResolver {

		private final Class<T> type;

		private final Supplier<T> factory;

		AbstractResolver(Class<T> type, Supplier<T> factory) {
			this.type = type;
			this.factory = factory;
		}

		@Override
		public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
			return parameter.getParameter().getType() == this.type;
		}

		@Override
		public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
			return context.getRoot()
				.getStore(ExtensionContext.Namespace.create(this.type))
				.computeIfAbsent(this.type, (key) -> this.factory.get(), this.type);
		}

	}

}
