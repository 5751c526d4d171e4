package io.natsproxy.it.contract;

import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The contract over HTTP, a gateway and an agent before a server in Python.
 */
@ExtendWith(ContractEnvironment.Resolver.class)
class AgentPythonContractIntegrationTests implements HttpRequestContract, HttpResponseContract, HttpStreamContract {

	private final WebTestClient client;

	AgentPythonContractIntegrationTests(ContractEnvironment environment) {
		this.client = environment.pythonAgent();
	}

	@Override
	public WebTestClient client() {
		return this.client;
	}

}
