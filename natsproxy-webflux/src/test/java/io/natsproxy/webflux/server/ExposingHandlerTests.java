package io.natsproxy.webflux.server;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which methods a path has that both an own route and what is exposed serve.
 */
class ExposingHandlerTests {

	private static final HttpHandler OWN = (request, response) -> {
		if (request.getMethod() == HttpMethod.OPTIONS) {
			response.getHeaders().setAllow(Set.of(HttpMethod.POST, HttpMethod.OPTIONS));
		}
		return response.setComplete();
	};

	private static final List<NatsRoute> OPTIONS = List.of(new NatsRoute(Set.of("OPTIONS"), "/orders"));

	@ParameterizedTest
	@CsvSource({ "OPTIONS, 200", "DELETE, 405" })
	void methodsOfARouteWithoutOptionsOfItsOwnAreNamedToo(HttpMethod method, int status) {
		NatsHandler own = new NatsHandler(OWN, List.of(new NatsRoute(Set.of("POST"), "/**")), List.of());
		MockServerHttpResponse response = handle(own, List.of("GET"), method);
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.valueOf(status));
		assertThat(response.getHeaders().getAllow()).containsExactlyInAnyOrder(HttpMethod.GET, HttpMethod.HEAD,
				HttpMethod.POST, HttpMethod.OPTIONS);
	}

	@Test
	void methodsThatAreExposedAreNamedByTheRouteToo() {
		NatsHandler own = new NatsHandler(OWN, List.of(new NatsRoute(Set.of("POST"), "/orders")), OPTIONS);
		assertThat(handle(own, List.of("GET"), HttpMethod.OPTIONS).getHeaders().getAllow())
			.containsExactlyInAnyOrder(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.OPTIONS);
		assertThat(handle(own, List.of(), HttpMethod.OPTIONS).getHeaders().getAllow())
			.containsExactlyInAnyOrder(HttpMethod.POST, HttpMethod.OPTIONS);
	}

	private static MockServerHttpResponse handle(NatsHandler own, List<String> methods, HttpMethod method) {
		ExposedPaths paths = ExposedPaths.of(List.of("/orders"), List.of(), methods);
		MockServerHttpResponse response = new MockServerHttpResponse();
		new ExposingHandler(own, () -> new ExposedChain(paths, (request, answer) -> answer.setComplete()))
			.handle(MockServerHttpRequest.method(method, "/orders").build(), response)
			.block();
		return response;
	}

}
