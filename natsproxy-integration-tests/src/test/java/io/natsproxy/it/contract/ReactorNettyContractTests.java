package io.natsproxy.it.contract;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThatException;

/**
 * The contract on Reactor Netty, without NATS: the reference.
 */
@ExtendWith(ContractEnvironment.Resolver.class)
class ReactorNettyContractTests implements WebFluxContract {

	private final WebTestClient client;

	ReactorNettyContractTests(ContractEnvironment environment) {
		this.client = environment.reference();
	}

	@Override
	public WebTestClient client() {
		return this.client;
	}

	/**
	 * The head is sent with the first element: what comes afterwards can only be cut off.
	 */
	@Test
	void listThatFailsHalfwayIsCutOff() {
		assertThatException()
			.isThrownBy(() -> get("/failures/unexpected-flux").expectStatus().isOk().expectBody().returnResult());
	}

}
