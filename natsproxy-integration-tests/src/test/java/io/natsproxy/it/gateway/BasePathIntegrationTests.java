package io.natsproxy.it.gateway;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.natsproxy.it.gateway.ProblemAssert.assertProblem;
import static io.natsproxy.it.gateway.RawHttpClient.get;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A gateway below a base path.
 */
class BasePathIntegrationTests {

	@RegisterExtension
	static final GatewayChain chain = GatewayChain.of("spring.webflux.base-path=/api/v1");

	private final Peer peer = chain.peer().tap();

	@ParameterizedTest
	@CsvSource({ "/api/v1/x, /x", "/api/v1, /", "/api/v1/, /", "/api/v1?a=b, /?a=b", "/api/v1//x, //x",
			"/api/v1/api/v1, /api/v1", "http://other.example/api/v1/x, /x" })
	void pathBelowTheBasePathGoesToServices(String target, String received) {
		assertThat(get(chain.port(), target).status()).isEqualTo(200);
		assertThat(this.peer.next().getHeaders().getFirst("Natsproxy-Target")).isEqualTo(received);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/v1x", "/api/v1x/y", "/api/v1;a=b/x", "/api/v1%2Fx", "/api", "/", "/x", "//api/v1/x",
			"/api//v1/x", "/API/v1/x", "/x/api/v1" })
	void anyOtherPathIsNotFound(String target) {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			assertProblem(client.send(request("GET", target)).read(), 404);
			assertThat(client.send(request("HEAD", target)).read(true).status()).isEqualTo(404);
			assertThat(client.send(RawHttpClient.post(target, "hello")).read().status()).isEqualTo(404);
			assertThat(client.send(request("GET", "/api/v1/after")).read().status()).isEqualTo(200);
		}
		assertThat(this.peer.subjects()).containsExactly("GET:.after");
	}

	@Test
	void serverIsNotBelowIt() {
		assertThat(RawHttpClient.exchange(chain.port(), request("OPTIONS", "*")).status()).isEqualTo(204);
	}

}
