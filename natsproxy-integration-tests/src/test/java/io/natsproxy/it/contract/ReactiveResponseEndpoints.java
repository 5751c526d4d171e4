package io.natsproxy.it.contract;

import java.time.Duration;

import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.server.ServerWebExchange;

/**
 * Handler methods that change the response of WebFlux.
 */
abstract class ReactiveResponseEndpoints extends ResponseEndpoints {

	@GetMapping("/before-commit")
	String beforeCommit(ServerHttpResponse response) {
		response.beforeCommit(() -> {
			response.setStatusCode(HttpStatus.ACCEPTED);
			response.getHeaders().set("X-Committed", "yes");
			return Mono.empty();
		});
		return "accepted";
	}

	@GetMapping("/cookies")
	ResponseEntity<Void> cookies(ServerWebExchange exchange) {
		exchange.getResponse()
			.addCookie(ResponseCookie.from("first", "1")
				.path("/responses")
				.maxAge(Duration.ofHours(1))
				.httpOnly(true)
				.secure(true)
				.sameSite("Strict")
				.build());
		exchange.getResponse().addCookie(ResponseCookie.from("second", "2").domain("example.com").build());
		return ResponseEntity.ok().header(HttpHeaders.SET_COOKIE, "third=3; Path=/x").build();
	}

}
