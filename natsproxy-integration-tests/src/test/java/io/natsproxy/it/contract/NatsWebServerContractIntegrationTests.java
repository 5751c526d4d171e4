package io.natsproxy.it.contract;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The contract over NATS, on a WebFlux application whose web server is one of NATS.
 */
@ExtendWith(ContractEnvironment.Resolver.class)
class NatsWebServerContractIntegrationTests implements WebFluxContract {

	private final WebTestClient client;

	NatsWebServerContractIntegrationTests(ContractEnvironment environment) {
		this.client = environment.webServer();
	}

	@Override
	public WebTestClient client() {
		return this.client;
	}

	/**
	 * Nothing has been sent when it fails, since a list is sent as a whole. It is
	 * committed for Spring Boot, which does not handle the error.
	 */
	@Test
	void listThatFailsHalfwayIsAnError() {
		expectError(get("/failures/unexpected-flux"), 500);
	}

}
