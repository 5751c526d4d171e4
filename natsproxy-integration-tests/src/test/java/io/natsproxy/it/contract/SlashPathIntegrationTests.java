package io.natsproxy.it.contract;

import java.net.URI;
import java.time.Duration;
import java.util.stream.Stream;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.client.NatsClientHttpConnector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Errors of a service whose path begins with two slashes, or has other characters that
 * mean something in a URI: the problem says on which path it was.
 */
class SlashPathIntegrationTests {

	private static TestBroker broker;

	private static TestApplication service;

	private static TestApplication gateway;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		service = TestApplication.service(broker, "slashes").with(Routes.class).start();
		gateway = TestApplication.gateway(broker).start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
		service.close();
		broker.close();
	}

	static Stream<Arguments> failures() {
		return Stream.of("//", "///", "//x", "//x:y@z/a", "//[", "/a:b", "/%2F%2Fa", "/", "/x//y", "/;a=b")
			.flatMap((path) -> Stream.of("status", "unexpected", "mono", "entity", "returned", "returned-later")
				.map((kind) -> Arguments.of(path, kind)));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void errorOfAHandlerIsAProblemOnAnyPath(String path, String kind) {
		String encoded = path.replace("[", "%5B");
		String instance = encoded.startsWith("//") ? "/." + encoded : encoded;
		int status = kind.equals("unexpected") ? 500 : 409;
		RawHttpClient.Response response = RawHttpClient.get(gateway.port(), path + "?kind=" + kind);
		assertThat(response.status()).as(response.toString()).isEqualTo(status);
		assertThat(response.header("Content-Type")).containsExactly("application/problem+json");
		assertThat(response.text()).contains("\"instance\":\"" + instance + "\"");
		WebTestClient.bindToServer(new NatsClientHttpConnector(service.bean(NatsCaller.class), Duration.ofSeconds(30)))
			.build()
			.get()
			.uri(URI.create("http://service.example" + encoded + "?kind=" + kind))
			.exchange()
			.expectStatus()
			.isEqualTo(status)
			.expectBody()
			.jsonPath("$.instance")
			.isEqualTo(instance);
	}

	@NatsController
	static class Routes {

		@NatsGet("/{*path}")
		Mono<Object> fail(@RequestParam String kind) {
			return switch (kind) {
				case "status" -> throw new ResponseStatusException(HttpStatus.CONFLICT);
				case "unexpected" -> throw new IllegalStateException("unexpected");
				case "mono" -> Mono.error(new ResponseStatusException(HttpStatus.CONFLICT));
				case "entity" -> Mono.error(new EntityException());
				case "returned" -> Mono.error(new ReturnedException());
				default -> Mono.error(new LaterException());
			};
		}

		@ExceptionHandler
		ResponseEntity<ProblemDetail> onEntity(EntityException ex) {
			return ResponseEntity.of(ProblemDetail.forStatus(409)).build();
		}

		@ExceptionHandler
		ProblemDetail onReturned(ReturnedException ex) {
			return ProblemDetail.forStatus(409);
		}

		@ExceptionHandler
		Mono<ResponseEntity<Object>> onLater(LaterException ex) {
			return Mono.just(ResponseEntity.status(409).body(ProblemDetail.forStatus(409)));
		}

	}

	/**
	 * Handled by a response entity.
	 */
	static class EntityException extends RuntimeException {

	}

	/**
	 * Handled by a problem.
	 */
	static class ReturnedException extends RuntimeException {

	}

	/**
	 * Handled by a response entity that comes later.
	 */
	static class LaterException extends RuntimeException {

	}

}
