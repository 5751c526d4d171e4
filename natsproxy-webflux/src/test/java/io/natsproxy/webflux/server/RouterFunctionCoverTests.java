package io.natsproxy.webflux.server;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.core.subject.SubjectCodec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Router functions of any shape, made up at random: whatever one of them takes must come
 * on a subject to which its routes subscribe. A failure is repeated by its seed.
 */
class RouterFunctionCoverTests {

	private static final int FUNCTIONS = 60;

	private static final String[] PATTERNS = { "/a", "/b", "/{x}", "/a/{y}", "", "/", "/b/", "/*", "/a/*", "/{z:[ab]}",
			"/**/b" };

	private static final String[] LAST_PATTERNS = { "/**", "/a/**", "/{*rest}" };

	private static final String[] SEGMENTS = { "a", "b", "" };

	private static final HttpMethod[] METHODS = { HttpMethod.GET, HttpMethod.POST, HttpMethod.HEAD };

	private final SubjectCodec codec = new SubjectCodec("");

	private final RouteSubjects routeSubjects = new RouteSubjects(this.codec);

	private int taken;

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4 })
	void whatAFunctionTakesComesOnASubjectOfItsRoutes(long seed) {
		Random random = new Random(seed);
		for (int i = 0; i < FUNCTIONS; i++) {
			RouterFunction<ServerResponse> function = function(random, 3);
			List<String> subjects = subjects(function);
			for (HttpMethod method : METHODS) {
				forEachPath("", 4, (path) -> requireCovered(function, subjects, method, path));
			}
		}
		assertThat(this.taken).as("requests that were taken").isGreaterThan(300);
	}

	private List<String> subjects(RouterFunction<?> function) {
		List<String> subjects = new ArrayList<>();
		for (NatsRoute route : RouterFunctionRoutes.of(function)) {
			subjects.addAll(this.routeSubjects.covering(route.methods(), route.pattern()));
		}
		return subjects;
	}

	private void requireCovered(RouterFunction<ServerResponse> function, List<String> subjects, HttpMethod method,
			String path) {
		MockServerHttpRequest request = MockServerHttpRequest.method(method, URI.create("http://localhost" + path))
			.accept(MediaType.APPLICATION_JSON)
			.build();
		ServerWebExchange exchange = MockServerWebExchange.from(request);
		boolean takes;
		try {
			takes = Boolean.TRUE
				.equals(function.route(ServerRequest.create(exchange, List.of())).hasElement().toFuture().getNow(null));
		}
		catch (RuntimeException ex) {
			// Patterns that Spring itself cannot put together.
			return;
		}
		if (takes) {
			this.taken++;
			String subject = this.codec.subject(method.name(), path);
			assertThat(subjects).as("%s %s for %s", method, path, function)
				.anyMatch((pattern) -> matches(pattern.split("\\.", -1), subject.split("\\.", -1)));
		}
	}

	private static boolean matches(String[] pattern, String[] subject) {
		for (int i = 0; i < pattern.length; i++) {
			if (pattern[i].equals(">")) {
				return subject.length > i;
			}
			if (i >= subject.length || !(pattern[i].equals("*") || pattern[i].equals(subject[i]))) {
				return false;
			}
		}
		return subject.length == pattern.length;
	}

	private static void forEachPath(String prefix, int depth, Consumer<String> action) {
		if (!prefix.isEmpty()) {
			action.accept(prefix);
		}
		if (depth > 0) {
			for (String segment : SEGMENTS) {
				forEachPath(prefix + "/" + segment, depth - 1, action);
			}
		}
	}

	private static RouterFunction<ServerResponse> function(Random random, int depth) {
		if (depth == 0 || random.nextInt(3) == 0) {
			return RouterFunctions.route(predicate(random, 2, true), (request) -> ServerResponse.ok().build());
		}
		if (random.nextInt(3) == 0) {
			return function(random, depth - 1).and(function(random, depth - 1));
		}
		return RouterFunctions.nest(predicate(random, 2, false), function(random, depth - 1));
	}

	private static RequestPredicate predicate(Random random, int depth, boolean last) {
		if (depth > 0) {
			switch (random.nextInt(6)) {
				case 0:
					return predicate(random, depth - 1, last).and(predicate(random, depth - 1, last));
				case 1:
					return predicate(random, depth - 1, last).or(predicate(random, depth - 1, last));
				case 2:
					return predicate(random, depth - 1, last).negate();
				default:
			}
		}
		return switch (random.nextInt(8)) {
			case 0 -> RequestPredicates.accept(MediaType.APPLICATION_JSON);
			case 1 -> RequestPredicates.method(METHODS[random.nextInt(METHODS.length)]);
			case 2 -> RequestPredicates.methods(HttpMethod.GET, HttpMethod.POST);
			case 3 -> (request) -> true;
			case 4 -> RequestPredicates.path(pattern(random, true));
			default -> RequestPredicates.path(pattern(random, last));
		};
	}

	private static String pattern(Random random, boolean last) {
		return (last && random.nextInt(4) == 0) ? LAST_PATTERNS[random.nextInt(LAST_PATTERNS.length)]
				: PATTERNS[random.nextInt(PATTERNS.length)];
	}

}
