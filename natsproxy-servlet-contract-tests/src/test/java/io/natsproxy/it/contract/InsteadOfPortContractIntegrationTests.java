package io.natsproxy.it.contract;

import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The contract over NATS, on a servlet application that has no port.
 */
@ExtendWith(ServletEnvironment.Resolver.class)
class InsteadOfPortContractIntegrationTests implements ServletContract {

	private final WebTestClient client;

	InsteadOfPortContractIntegrationTests(ServletEnvironment environment) {
		this.client = environment.instead();
	}

	@Override
	public WebTestClient client() {
		return this.client;
	}

}
