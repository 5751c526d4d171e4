package io.natsproxy.it.contract;

import java.util.Map;

import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;

/**
 * Routes as functions.
 */
final class Functions {

	private Functions() {
	}

	static RouterFunction<ServerResponse> routes() {
		return RouterFunctions.route()
			.path("/functions", (builder) -> builder.GET("/items/{name}", Functions::item)
				.GET("/digits/{id:\\d+}", Functions::digits)
				.POST("/items", Functions::create)
				.POST("/fields",
						(request) -> request.formData()
							.flatMap((form) -> ServerResponse.ok().bodyValue(Map.copyOf(form))))
				.POST("/file", Functions::file)
				.POST("/parts",
						(request) -> request.multipartData()
							.flatMap((parts) -> ServerResponse.ok().bodyValue(parts.keySet())))
				.POST("/text", (request) -> request.bodyToMono(String.class).flatMap(ServerResponse.ok()::bodyValue))
				.GET("/failing", (request) -> Mono.error(new ResponseStatusException(HttpStatus.CONFLICT)))
				.filter((request, next) -> next.handle(request)
					.contextWrite((context) -> context.put("filter", "function"))))
			.build();
	}

	private static Mono<ServerResponse> item(ServerRequest request) {
		return Mono.deferContextual((context) -> ServerResponse.ok()
			.header("X-Function", context.get("filter").toString())
			.bodyValue(new Item(request.pathVariable("name"),
					request.queryParam("count").map(Integer::parseInt).orElse(0))));
	}

	private static Mono<ServerResponse> digits(ServerRequest request) {
		return ServerResponse.ok().bodyValue("digits " + request.pathVariable("id"));
	}

	private static Mono<ServerResponse> file(ServerRequest request) {
		return request.multipartData()
			.flatMap((parts) -> ServerResponse.ok()
				.bodyValue(((FilePart) parts.toSingleValueMap().get("file")).filename()));
	}

	private static Mono<ServerResponse> create(ServerRequest request) {
		return request.bodyToMono(Item.class)
			.flatMap((item) -> ServerResponse.created(request.uri().resolve("/functions/items/" + item.name()))
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(item));
	}

}
