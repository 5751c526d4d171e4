package io.natsproxy.it.contract;

import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * What the contract asks of any server, of one in Python and without NATS: what the agent
 * passes on may differ in nothing from it.
 */
@ExtendWith(ContractEnvironment.Resolver.class)
class PythonContractTests implements HttpRequestContract, HttpResponseContract, HttpStreamContract {

	private final WebTestClient client;

	PythonContractTests(ContractEnvironment environment) {
		this.client = environment.python();
	}

	@Override
	public WebTestClient client() {
		return this.client;
	}

}
