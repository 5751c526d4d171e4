package io.natsproxy.it.contract;

import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The contract of a WebFlux application that was made for HTTP.
 */
interface WebFluxContract extends SpringBootContract {

	/**
	 * Spring maps such failures only where an argument has {@code @RequestBody}.
	 */
	@Override
	default void expectRefused(WebTestClient.ResponseSpec response, int status) {
		expectUnhandled(response, 500);
	}

}
