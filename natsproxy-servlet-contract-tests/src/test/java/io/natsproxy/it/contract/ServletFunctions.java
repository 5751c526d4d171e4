package io.natsproxy.it.contract;

import java.io.IOException;
import java.util.LinkedHashMap;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.Part;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Routes as functions of Spring MVC.
 */
final class ServletFunctions {

	private ServletFunctions() {
	}

	static RouterFunction<ServerResponse> routes() {
		return RouterFunctions.route()
			.path("/functions", (builder) -> builder.GET("/items/{name}", ServletFunctions::item)
				.GET("/digits/{id:\\d+}", (request) -> ServerResponse.ok().body("digits " + request.pathVariable("id")))
				.POST("/items", ServletFunctions::create)
				.POST("/fields", (request) -> ServerResponse.ok().body(new LinkedHashMap<>(request.params())))
				.POST("/file", ServletFunctions::file)
				.POST("/parts", (request) -> ServerResponse.ok().body(request.multipartData().keySet()))
				.POST("/text", (request) -> ServerResponse.ok().body(request.body(String.class)))
				.GET("/failing", (request) -> {
					throw new ResponseStatusException(HttpStatus.CONFLICT);
				})
				.filter((request, next) -> {
					request.attributes().put("filter", "function");
					return next.handle(request);
				}))
			.build();
	}

	private static ServerResponse item(ServerRequest request) {
		return ServerResponse.ok()
			.header("X-Function", request.attribute("filter").orElseThrow().toString())
			.body(new Item(request.pathVariable("name"), request.param("count").map(Integer::parseInt).orElse(0)));
	}

	private static ServerResponse file(ServerRequest request) throws IOException, ServletException {
		Part file = request.multipartData().getFirst("file");
		if (file == null) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "There is no file");
		}
		return ServerResponse.ok().body(String.valueOf(file.getSubmittedFileName()));
	}

	private static ServerResponse create(ServerRequest request) throws IOException, ServletException {
		Item item = request.body(Item.class);
		return ServerResponse.created(request.uri().resolve("/functions/items/" + item.name()))
			.contentType(MediaType.APPLICATION_JSON)
			.body(item);
	}

}
