package io.natsproxy.webflux.server;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.web.reactive.function.server.RequestPredicates.GET;
import static org.springframework.web.reactive.function.server.RequestPredicates.POST;
import static org.springframework.web.reactive.function.server.RequestPredicates.accept;
import static org.springframework.web.reactive.function.server.RequestPredicates.all;
import static org.springframework.web.reactive.function.server.RequestPredicates.method;
import static org.springframework.web.reactive.function.server.RequestPredicates.methods;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;
import static org.springframework.web.reactive.function.server.RequestPredicates.queryParam;
import static org.springframework.web.reactive.function.server.RouterFunctions.nest;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

/**
 * Which routes are read out of a router function. A route may be wider than the router
 * function, and must never be narrower.
 */
class RouterFunctionRoutesTests {

	private static final HandlerFunction<ServerResponse> OK = (request) -> ServerResponse.ok().build();

	@Test
	void methodsAndPathsAreRead() {
		assertThat(routes(
				route().GET("/a/{b}", OK).POST("/a", OK).PUT("/a/**", OK).PATCH("/", OK).DELETE("/c", OK).build()))
			.containsExactly("GET /a/{b}", "POST /a", "PUT /a/**", "PATCH /", "DELETE /c");
	}

	@Test
	void headIsItsOwnMethod() {
		assertThat(routes(route().HEAD("/a", OK).build())).containsExactly("HEAD /a");
	}

	@Test
	void methodsOfOnePredicateStayTogether() {
		assertThat(routes(route(methods(HttpMethod.GET, HttpMethod.POST).and(path("/a")), OK)))
			.containsExactly("GET|POST /a");
	}

	@Test
	void otherConditionsAreLeftToTheFunction() {
		assertThat(routes(route(GET("/a").and(accept(MediaType.TEXT_PLAIN)).and(queryParam("b", "c")), OK)))
			.containsExactly("GET /a");
	}

	@Test
	void alternativesAreRoutesOfTheirOwn() {
		assertThat(routes(route(GET("/a").or(POST("/b")), OK))).containsExactlyInAnyOrder("GET /a", "POST /b");
	}

	@Test
	void alternativesOnBothSidesAreCombined() {
		assertThat(routes(route(method(HttpMethod.GET).or(method(HttpMethod.POST)).and(path("/a").or(path("/b"))), OK)))
			.containsExactlyInAnyOrder("GET /a", "GET /b", "POST /a", "POST /b");
	}

	@Test
	void nestedRoutesAreBelowTheEnclosingOnes() {
		assertThat(routes(nest(path("/a"),
				nest(path("/{b}").or(path("/c")), route(GET("/d"), OK)).andOther(route(POST(""), OK)))))
			.containsExactlyInAnyOrder("GET /a/{b}/d", "GET /a/c/d", "POST /a", "POST /a/");
	}

	@Test
	void routeWithoutPathTakesEverythingBelowTheEnclosingOne() {
		assertThat(routes(nest(path("/a"), route(method(HttpMethod.GET), OK)))).containsExactly("GET /a/**");
	}

	@Test
	void methodOfTheEnclosingRouteHolds() {
		assertThat(routes(nest(method(HttpMethod.GET), route(path("/a"), OK)))).containsExactly("GET /a");
	}

	@Test
	void predicatesWithoutAPathMayStandBetweenThoseWithOne() {
		assertThat(routes(RouterFunctions.route()
			.path("/person",
					(person) -> person
						.nest(accept(MediaType.APPLICATION_JSON), (json) -> json.GET("/{id}", OK).GET("", OK))
						.POST("", OK))
			.build()))
			.containsExactly("GET /person/{id}", "GET /person", "GET /person/", "POST /person", "POST /person/");
		assertThat(routes(nest(accept(MediaType.APPLICATION_JSON),
				nest(path("/a"), nest(queryParam("b", "c"), nest(method(HttpMethod.GET), route(path("/d"), OK)))))))
			.containsExactly("GET /a/d");
	}

	@Test
	void predicatesOfNestedRoutesTakeTheirPathsOffInTurn() {
		assertThat(
				routes(nest(path("/a").and(accept(MediaType.APPLICATION_JSON)).and(path("/b")), route(GET("/c"), OK))))
			.containsExactly("GET /a/b/c");
		assertThat(routes(nest(path("/a").negate(), route(GET("/c"), OK)))).containsExactly("GET /c");
	}

	@Test
	void routesThatNoMethodReachesAreNone() {
		assertThat(routes(nest(method(HttpMethod.GET), route(POST("/a"), OK)))).isEmpty();
		assertThat(routes(route(method(HttpMethod.PUT).and(GET("/a")), OK))).isEmpty();
	}

	@Test
	void pathsThatTogetherAreNoPatternAreCoveredByAWiderOne() {
		assertThat(routes(nest(path("/a/**"), route(GET("/b"), OK)))).containsExactly("GET /a/**");
		assertThat(routes(nest(path("/a/{*rest}"), route(GET("/b"), OK)))).containsExactly("GET /a/{*rest}");
		assertThat(routes(nest(path("/a"), route(GET("/**/b"), OK)))).containsExactly("GET /a/**");
		assertThat(routes(nest(path("/{id}"), route(GET("/{id}"), OK)))).containsExactly("GET /{id}/**");
		assertThat(routes(nest(path("/**/a"), nest(path("/b"), route(GET("/**"), OK))))).containsExactly("GET /**");
	}

	@Test
	void predicateThatTakesOffAPathByItselfCoversEverythingBelow() {
		RequestPredicate versioned = new RequestPredicate() {

			@Override
			public boolean test(ServerRequest request) {
				return true;
			}

			@Override
			public Optional<ServerRequest> nest(ServerRequest request) {
				return path("/v1").nest(request);
			}

		};
		assertThat(routes(nest(path("/a"), nest(versioned, route(GET("/b"), OK))))).containsExactly("GET /a/**");
	}

	@Test
	void negationTakesEverything() {
		assertThat(routes(route(GET("/a").negate(), OK))).containsExactly("* /**");
	}

	@Test
	void negationIsBoundedByWhatItIsCombinedWith() {
		assertThat(routes(route(path("/a/{b}").and(GET("/a/c").negate()), OK))).containsExactly("* /a/{b}");
	}

	@Test
	void unknownPredicateTakesEverything() {
		assertThat(routes(route((request) -> false, OK))).containsExactly("* /**");
		assertThat(routes(route(all(), OK))).containsExactly("* /**");
	}

	@Test
	void unknownFunctionTakesEverythingBelowTheEnclosingRoute() {
		RouterFunction<ServerResponse> unknown = (request) -> Mono.empty();
		assertThat(routes(nest(path("/a"), unknown))).containsExactly("* /a/**");
	}

	@Test
	void resourcesAreReadAtTheirPaths() {
		assertThat(routes(RouterFunctions.resources("/static/**", new ByteArrayResource(new byte[0]))))
			.containsExactly("GET|HEAD|OPTIONS /**");
		assertThat(routes(RouterFunctions.route()
			.path("/static", (below) -> below.resources("/**", new ByteArrayResource(new byte[0])))
			.build())).containsExactly("GET|HEAD|OPTIONS /static/**");
	}

	@Test
	void filtersAndAttributesDoNotHideRoutes() {
		assertThat(routes(route().GET("/a", OK)
			.withAttribute("key", "value")
			.filter((request, next) -> next.handle(request))
			.build())).containsExactly("GET /a");
	}

	private static List<String> routes(RouterFunction<?> routerFunction) {
		return RouterFunctionRoutes.of(routerFunction).stream().map(NatsRoute::toString).toList();
	}

}
