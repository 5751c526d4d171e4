package io.natsproxy.it.contract;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The contract over HTTP, a gateway and an agent before Reactor Netty: whatever the
 * reference answers is what the client gets.
 */
@ExtendWith(ContractEnvironment.Resolver.class)
class AgentContractIntegrationTests implements WebFluxContract {

	private final WebTestClient client;

	AgentContractIntegrationTests(ContractEnvironment environment) {
		this.client = environment.agent();
	}

	@Override
	public WebTestClient client() {
		return this.client;
	}

	/**
	 * The upstream cuts it off; nothing of it has been passed on then.
	 */
	@Test
	void listThatFailsHalfwayIsABadGateway() {
		expectError(get("/failures/unexpected-flux"), 502);
	}

}
