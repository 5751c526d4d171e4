package io.natsproxy.it.contract;

import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The contract over NATS, on a servlet application that has a port, too.
 */
@ExtendWith(ServletEnvironment.Resolver.class)
class BesidePortContractIntegrationTests implements ServletContract {

	private final WebTestClient client;

	BesidePortContractIntegrationTests(ServletEnvironment environment) {
		this.client = environment.beside();
	}

	@Override
	public WebTestClient client() {
		return this.client;
	}

}
