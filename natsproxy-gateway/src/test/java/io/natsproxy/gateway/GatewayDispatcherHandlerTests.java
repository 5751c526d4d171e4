package io.natsproxy.gateway;

import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.DefaultCorsProcessor;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.config.EnableWebFlux;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebHandler;

class GatewayDispatcherHandlerTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void whatTheApplicationClaimsIsTheApplications() {
		client(null).get().uri("/own").exchange().expectBody(String.class).isEqualTo("own");
	}

	@Test
	void whatItDoesNotClaimIsTheGateways() {
		WebTestClient client = client(null);
		client.get().uri("/other").exchange().expectBody(String.class).isEqualTo("gateway /other");
		client.post().uri("/").exchange().expectBody(String.class).isEqualTo("gateway /");
	}

	@Test
	void noMappingIsAskedForWhatNoneClaims() {
		// Every mapping of methods that is asked removes it.
		String trace = HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE;
		this.context.registerBean(WebFilter.class, () -> (exchange, chain) -> {
			exchange.getAttributes().put(trace, Set.of());
			exchange.getResponse().beforeCommit(() -> {
				exchange.getResponse()
					.getHeaders()
					.set("Asked", Boolean.toString(exchange.getAttribute(trace) == null));
				return Mono.empty();
			});
			return chain.filter(exchange);
		});
		WebTestClient client = client(null);
		client.get().uri("/other").exchange().expectHeader().valueEquals("Asked", "false");
		client.get().uri("/own").exchange().expectHeader().valueEquals("Asked", "true");
	}

	@Test
	void errorsOfMappingsComeToTheExceptionHandlersToo() {
		client(null).post().uri("/own").exchange().expectStatus().isEqualTo(HttpStatus.METHOD_NOT_ALLOWED);
	}

	@Test
	void failuresOfTheGatewayComeToTheExceptionHandlersOfTheApplication() {
		client(null).get()
			.uri("/failing")
			.exchange()
			.expectStatus()
			.isEqualTo(HttpStatus.BAD_GATEWAY)
			.expectBody(String.class)
			.isEqualTo("advised: failed");
	}

	@Test
	void aPreflightRequestIsAnsweredWhereCorsIsConfigured() {
		WebTestClient client = client(cors());
		client.options()
			.uri("https://gateway.example/other")
			.header("Origin", "https://friend.example")
			.header("Access-Control-Request-Method", "PUT")
			.exchange()
			.expectHeader()
			.valueEquals("Access-Control-Allow-Origin", "https://friend.example")
			.expectBody()
			.isEmpty();
		client.get()
			.uri("https://gateway.example/other")
			.header("Origin", "https://foe.example")
			.exchange()
			.expectStatus()
			.isForbidden()
			.expectBody()
			.isEmpty();
	}

	@Test
	void aPreflightRequestIsTheGatewaysElsewhere() {
		client(null).options()
			.uri("/other")
			.header("Origin", "https://friend.example")
			.header("Access-Control-Request-Method", "PUT")
			.exchange()
			.expectBody(String.class)
			.isEqualTo("gateway /other");
	}

	@Test
	void whatAFilterHasForbiddenIsNotHandled() {
		this.context.registerBean(WebFilter.class, () -> (exchange, chain) -> {
			exchange.getResponse().setStatusCode(HttpStatus.FORBIDDEN);
			return chain.filter(exchange);
		});
		client(null).get().uri("/other").exchange().expectStatus().isForbidden().expectBody().isEmpty();
	}

	private WebTestClient client(@Nullable CorsConfiguration cors) {
		this.context.register(Application.class, Own.class, Advice.class);
		this.context.registerBean(GatewayHandlerMapping.class, () -> new GatewayHandlerMapping(this.context,
				GatewayDispatcherHandlerTests::answer, null, cors, new DefaultCorsProcessor()));
		this.context.registerBean("webHandler", WebHandler.class,
				() -> new GatewayDispatcherHandler(this.context, this.context.getBean(GatewayHandlerMapping.class)));
		this.context.refresh();
		return WebTestClient.bindToApplicationContext(this.context).build();
	}

	private static CorsConfiguration cors() {
		CorsConfiguration cors = new CorsConfiguration();
		cors.addAllowedOrigin("https://friend.example");
		cors.addAllowedMethod("PUT");
		return cors;
	}

	private static Mono<Void> answer(ServerWebExchange exchange) {
		String path = exchange.getRequest().getPath().value();
		return path.equals("/failing") ? Mono.error(new IllegalStateException("failed"))
				: exchange.getResponse()
					.writeWith(Mono.fromSupplier(
							() -> exchange.getResponse().bufferFactory().wrap(("gateway " + path).getBytes())));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebFlux
	static class Application {

	}

	@RestController
	static class Own {

		@GetMapping("/own")
		String own() {
			return "own";
		}

	}

	@RestControllerAdvice
	static class Advice {

		@ExceptionHandler
		ResponseEntity<String> failed(IllegalStateException ex) {
			return ResponseEntity.status(HttpStatus.BAD_GATEWAY).body("advised: " + ex.getMessage());
		}

	}

}
