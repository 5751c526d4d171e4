package io.natsproxy.it.contract;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The contract on Jetty with a port, without NATS: the reference.
 */
@ExtendWith(ServletEnvironment.Resolver.class)
class JettyContractTests implements ServletContract {

	private final WebTestClient client;

	JettyContractTests(ServletEnvironment environment) {
		this.client = environment.reference();
	}

	@Override
	public WebTestClient client() {
		return this.client;
	}

	/**
	 * Jetty closes the connection of a request that it has not read, and the client,
	 * which is still sending, may not get to the response then.
	 */
	@Override
	@ParameterizedTest
	@ValueSource(ints = 1000)
	public void requestMayBeAnsweredBeforeItIsRead(int length) {
		ServletContract.super.requestMayBeAnsweredBeforeItIsRead(length);
	}

}
