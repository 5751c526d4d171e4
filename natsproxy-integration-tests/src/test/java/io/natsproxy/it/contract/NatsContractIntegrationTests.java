package io.natsproxy.it.contract;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The contract over NATS alone: a WebClient that calls the service.
 */
@ExtendWith(ContractEnvironment.Resolver.class)
class NatsContractIntegrationTests implements RequestContract, ResponseContract, RoutingContract, FailureContract,
		FormContract, StreamContract, HeadContract {

	private final WebTestClient client;

	NatsContractIntegrationTests(ContractEnvironment environment) {
		this.client = environment.nats();
	}

	@Override
	public WebTestClient client() {
		return this.client;
	}

	@Test
	void pathThatNobodyAnswersIsAnError() {
		expectNobody(HttpMethod.GET, "/nobody");
	}

	/**
	 * Without a gateway, nobody asks whether there is another method.
	 */
	@Test
	void methodThatNobodyAnswersIsAnError() {
		expectNobody(HttpMethod.DELETE, "/responses/methods/42");
	}

	/**
	 * Nothing has been sent when it fails, since a list is sent as a whole.
	 */
	@Test
	void listThatFailsHalfwayIsAnError() {
		expectUnhandled(get("/failures/unexpected-flux"), 500);
	}

	@Test
	void headersMayHaveAnyCharacter() {
		this.client.get()
			.uri("/requests/headers")
			.header("X-Test-Unicode", "世界")
			.exchange()
			.expectBody(MultiValue.TYPE)
			.isEqualTo(MultiValue.of("x-test-unicode", "世界"));
	}

	@Test
	void handlersThatReturnPublishersMustNotBlock() {
		get("/requests/reactive").expectBody().jsonPath("$.mayBlock").isEqualTo(false);
	}

	/**
	 * The reference has them run on the event loop, unless virtual threads are enabled.
	 */
	@Test
	void blockingHandlersHaveThreadsOfTheirOwn() {
		this.client.get()
			.uri("/requests/blocking")
			.exchange()
			.expectBody()
			.jsonPath("$.mayBlock")
			.isEqualTo(true)
			.jsonPath("$.thread")
			.value(String.class, (thread) -> assertThat(thread).startsWith("natsproxy-blocking"));
	}

	private void expectNobody(HttpMethod method, String path) {
		assertThatExceptionOfType(WebClientRequestException.class)
			.isThrownBy(() -> this.client.method(method).uri(path).exchange())
			.havingCause()
			.isInstanceOfSatisfying(NatsExchangeException.class,
					(ex) -> assertThat(ex.failure()).isEqualTo(ExchangeFailure.NO_RESPONDERS));
	}

}
