package io.natsproxy.gateway.declared;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.gateway.DeclaredHandlers;
import io.natsproxy.gateway.declared.publish.PublishTarget;
import io.natsproxy.gateway.declared.request.RequestTarget;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.accept.InvalidApiVersionException;
import org.springframework.web.accept.SemanticApiVersionParser;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.accept.ApiVersionStrategy;
import org.springframework.web.reactive.accept.DefaultApiVersionStrategy;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.server.WebHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class DeclaredRoutesTests {

	private final List<String> made = new ArrayList<>();

	@Test
	void mostSpecificPathComesFirst() {
		DeclaredRoutes routes = routes(route("/**"), route("/a/*"), route("/a/{x}/c"), route("/a/b"), route("/a/{x}"));
		assertThat(found(routes, "/a/b")).isEqualTo("/a/b");
		assertThat(found(routes, "/a/x")).isEqualTo("/a/{x}");
		assertThat(found(routes, "/a/b/c")).isEqualTo("/a/{x}/c");
		assertThat(found(routes, "/z/z/z")).isEqualTo("/**");
	}

	@Test
	void orderComesBeforeThePath() {
		DeclaredRoutes routes = routes(route("/a/b"), NatsRoute.path("/a/{x}").order(-1).to(target()));
		assertThat(found(routes, "/a/b")).isEqualTo("/a/{x}");
	}

	@Test
	void conditionComesBeforeNone() {
		DeclaredRoutes routes = routes(route("/a/{x}"),
				NatsRoute.path("/a/{y}").and(RequestPredicates.queryParam("q", "1"::equals)).to(target()));
		assertThat(found(routes, "/a/b?q=1")).isEqualTo("/a/{y}");
		assertThat(found(routes, "/a/b?q=2")).isEqualTo("/a/{x}");
		assertThat(found(routes, "/a/b")).isEqualTo("/a/{x}");
	}

	@Test
	void headIsAnsweredWhereGetIs() {
		DeclaredRoutes routes = routes(NatsRoute.path("/a").methods(HttpMethod.GET).to(target()));
		assertThat(find(routes, exchange(HttpMethod.HEAD, "/a"))).isNotNull();
		MockServerWebExchange post = exchange(HttpMethod.POST, "/a");
		assertThat(find(routes, post)).isNull();
		assertThat(methods(post)).containsExactly("GET", "HEAD", "OPTIONS");
	}

	@Test
	void methodsOfAllRoutesOfAPathAreTold() {
		DeclaredRoutes routes = routes(NatsRoute.path("/a/{x}").methods(HttpMethod.POST).to(target()),
				NatsRoute.path("/a/{y}").methods(HttpMethod.PUT, HttpMethod.DELETE).to(target()));
		MockServerWebExchange options = exchange(HttpMethod.OPTIONS, "/a/b");
		assertThat(find(routes, options)).isNull();
		assertThat(methods(options)).containsExactly("DELETE", "OPTIONS", "POST", "PUT");
		MockServerWebExchange other = exchange(HttpMethod.GET, "/b");
		assertThat(find(routes, other)).isNull();
		assertThat(methods(other)).isNull();
	}

	@Test
	void pathAndVariablesCanBeSeen() {
		MockServerWebExchange exchange = exchange(HttpMethod.GET, "/a/b%2Fc");
		assertThat(find(routes(route("/a/{x}")), exchange)).isNotNull();
		assertThat(exchange.<Object>getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE)).hasToString("/a/{x}");
		assertThat(exchange.<Object>getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE))
			.hasToString("{x=b/c}");
	}

	@Test
	void noExpressionIsAskedAboutALongSegment() {
		DeclaredRoutes routes = routes(route("/a/{x:(?:x+x+)+y}"), route("/b/{x}"));
		String segment = "x".repeat(SubjectTemplate.MAX_MATCHED + 1);
		assertThat(found(routes, "/a/" + segment)).isNull();
		assertThat(found(routes, "/b/" + segment)).isEqualTo("/b/{x}");
		assertThat(found(routes, "/a/xxy")).isEqualTo("/a/{x:(?:x+x+)+y}");
	}

	@Test
	void versionTellsRoutesApart() {
		DeclaredRoutes routes = new DeclaredRoutes(null, null,
				List.of(NatsRoute.path("/a/{x}").and(RequestPredicates.version("1.0")).to(target()),
						NatsRoute.path("/a/{y}").and(RequestPredicates.version("2.0+")).to(target())),
				List.of(this::handler), versions(), (handler) -> handler);
		assertThat(found(routes, "/a/b?v=1")).isEqualTo("/a/{x}");
		assertThat(found(routes, "/a/b?v=2.1")).isEqualTo("/a/{y}");
		assertThatExceptionOfType(InvalidApiVersionException.class).isThrownBy(() -> found(routes, "/a/b?v=x"));
	}

	@Test
	void routesForTheSameRequestsAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> routes(route("/a/{x}"), route("/a/{y}")))
			.withMessageContaining("'/a/{x} [")
			.withMessageContaining("'/a/{y} [")
			.withMessageContaining("are for the same requests, and have the same order");
	}

	@Test
	void routesThatOverlapOtherwiseAreNotRefused() {
		routes(route("/a/{x}"), NatsRoute.path("/a/{y}").order(1).to(target()));
		routes(NatsRoute.path("/a/{x}").methods(HttpMethod.GET).to(target()),
				NatsRoute.path("/a/{y}").methods(HttpMethod.POST).to(target()));
		routes(route("/a/{x:[0-9]+}"), route("/a/{y}"));
		assertThat(this.made).hasSize(6);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			/a/{x}         | s.{y}         | its path has no variable 'y', of which 's.{y}' is made
			/a/{x}         | s.{*x}        | '{*x}' in 's.{*x}' takes '{*x}' at the end of the path
			/a/{x}/b       | s.{*query.y}  | '{*query.y}' in 's.{*query.y}' takes
			""")
	void variablesHaveToBeThere(String path, String subject, String reason) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> routes(NatsRoute.path(path).to(PublishTarget.subject(subject))))
			.withMessageContaining("Route '" + path + " [")
			.withMessageContaining(reason);
	}

	@Test
	void variablesMayComeFromElsewhere() {
		routes(NatsRoute.path("/a/{*rest}").to(PublishTarget.subject("s.{query.x}.{header.X-Y}.{*rest}")));
		assertThat(this.made).hasSize(1);
	}

	@Test
	void targetThatNothingKnowsIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new DeclaredRoutes(null, null, List.of(route("/a")), List.of((route) -> null), null,
					(handler) -> handler))
			.withMessageContaining("nothing makes handlers for the target 'request'");
	}

	@Test
	void methodThatATargetDoesNotAnswerIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> NatsRoute.path("/a").methods(HttpMethod.GET).to(PublishTarget.subject("s.a")))
			.withMessage("Route '/a': the target 'publish' does not answer GET");
	}

	@Test
	void malformedPathIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> NatsRoute.path("/a/{x"))
			.withMessageContaining("Path pattern '/a/{x' is malformed");
		assertThatIllegalArgumentException().isThrownBy(() -> NatsRoute.path("/a/{x:(a|b)}"))
			.withMessage("Path pattern '/a/{x:(a|b)}' is malformed: '(a|b)' has a group that captures, write (?:…)");
	}

	private DeclaredRoutes routes(NatsRoute... routes) {
		return new DeclaredRoutes(null, null, Arrays.asList(routes), List.of(this::handler), null,
				(handler) -> handler);
	}

	private RouteHandler handler(NatsRoute route) {
		this.made.add(route.path().getPatternString());
		return (request) -> Mono.empty();
	}

	private static ApiVersionStrategy versions() {
		return new DefaultApiVersionStrategy(
				List.of((exchange) -> exchange.getRequest().getQueryParams().getFirst("v")),
				new SemanticApiVersionParser(), null, null, false, (version) -> true, null);
	}

	private static NatsRoute route(String path) {
		return NatsRoute.path(path).to(target());
	}

	private static RouteTarget target() {
		return RequestTarget.subject("s.a");
	}

	private static @Nullable WebHandler find(DeclaredRoutes routes, MockServerWebExchange exchange) {
		return routes.find(exchange, false);
	}

	private static @Nullable String found(DeclaredRoutes routes, String target) {
		MockServerWebExchange exchange = exchange(HttpMethod.GET, target);
		return (find(routes, exchange) != null)
				? String.valueOf(exchange.<Object>getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE)) : null;
	}

	private static @Nullable List<String> methods(MockServerWebExchange exchange) {
		return exchange.getAttribute(DeclaredHandlers.METHODS_ATTRIBUTE);
	}

	private static MockServerWebExchange exchange(HttpMethod method, String target) {
		return MockServerWebExchange.from(MockServerHttpRequest.method(method, URI.create(target)));
	}

}
