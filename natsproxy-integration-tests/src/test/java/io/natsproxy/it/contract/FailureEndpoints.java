package io.natsproxy.it.contract;

import java.util.Map;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.server.ResponseStatusException;

/**
 * Handler methods that fail.
 */
@RequestMapping("/failures")
abstract class FailureEndpoints {

	static final String SECRET = "a secret of the implementation";

	@GetMapping("/status")
	String status() {
		throw new ResponseStatusException(HttpStatus.CONFLICT, "taken");
	}

	@GetMapping("/status-mono")
	Mono<String> statusMono() {
		return Mono.error(new ResponseStatusException(HttpStatus.GONE));
	}

	@GetMapping("/headers")
	String headers() {
		ErrorResponseException ex = new ErrorResponseException(HttpStatus.UNAUTHORIZED);
		ex.getHeaders().add(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"test\"");
		throw ex;
	}

	@GetMapping("/annotated")
	String annotated() {
		throw new AnnotatedException();
	}

	@GetMapping("/unexpected")
	String unexpected() {
		throw new IllegalStateException(SECRET);
	}

	@GetMapping("/unexpected-mono")
	Mono<Item> unexpectedMono() {
		return Mono.error(new IllegalStateException(SECRET));
	}

	@GetMapping("/unexpected-first")
	Flux<Item> unexpectedFirst() {
		return Flux.error(new IllegalStateException(SECRET));
	}

	@GetMapping("/unexpected-flux")
	Flux<Item> unexpectedFlux() {
		return Flux.just(new Item("first", 1)).concatWith(Mono.error(new IllegalStateException(SECRET)));
	}

	@GetMapping("/handled")
	String handled() {
		throw new HandledHereException();
	}

	@GetMapping("/advised")
	Mono<String> advised() {
		return Mono.error(new AdvisedException());
	}

	@ExceptionHandler
	@ResponseStatus(HttpStatus.LOCKED)
	Map<String, String> onHandledHere(HandledHereException ex) {
		return Map.of("handledBy", "controller");
	}

	/**
	 * Handled in the same controller.
	 */
	static class HandledHereException extends RuntimeException {

	}

	/**
	 * Handled by advice.
	 */
	static class AdvisedException extends RuntimeException {

	}

	/**
	 * Has a status of its own.
	 */
	@ResponseStatus(HttpStatus.PAYMENT_REQUIRED)
	static class AnnotatedException extends RuntimeException {

	}

	/**
	 * Handles what controllers do not.
	 */
	@RestControllerAdvice
	static class Advice {

		@ExceptionHandler
		ProblemDetail onAdvised(AdvisedException ex) {
			ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.INSUFFICIENT_STORAGE, "advised");
			problem.setProperty("handledBy", "advice");
			return problem;
		}

	}

}
