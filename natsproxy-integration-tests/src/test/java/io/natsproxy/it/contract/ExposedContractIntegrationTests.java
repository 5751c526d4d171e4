package io.natsproxy.it.contract;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The contract over NATS, on a WebFlux application that is exposed beside its HTTP port:
 * what differs from HTTP is the transport alone.
 */
@ExtendWith(ContractEnvironment.Resolver.class)
class ExposedContractIntegrationTests implements WebFluxContract {

	private final WebTestClient client;

	ExposedContractIntegrationTests(ContractEnvironment environment) {
		this.client = environment.exposed();
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
