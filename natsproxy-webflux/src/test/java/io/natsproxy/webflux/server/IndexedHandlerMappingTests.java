package io.natsproxy.webflux.server;

import java.lang.reflect.Method;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.support.StaticApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The handler of a request is that which WebFlux's own mapping chooses.
 */
class IndexedHandlerMappingTests {

	private static final String[] MEDIA_TYPES = { "text/plain", "application/json", "application/*", "text/html" };

	private static final List<String> RESULTS = List.of(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE,
			HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE, HandlerMapping.MATRIX_VARIABLES_ATTRIBUTE,
			HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE, HandlerMapping.PATH_WITHIN_HANDLER_MAPPING_ATTRIBUTE);

	private final RequestMappingHandlerMapping webFlux = prepare(new RequestMappingHandlerMapping());

	private final RequestMappingHandlerMapping indexed = prepare(new IndexedHandlerMapping());

	private static RequestMappingHandlerMapping prepare(RequestMappingHandlerMapping mapping) {
		mapping.setApplicationContext(new StaticApplicationContext());
		mapping.afterPropertiesSet();
		return mapping;
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void choosesAndRefusesAsWebFluxDoes(long seed) {
		Random random = new Random(seed);
		boolean caseSensitive = seed % 2 == 0;
		this.webFlux.setUseCaseSensitiveMatch(caseSensitive);
		this.indexed.setUseCaseSensitiveMatch(caseSensitive);
		List<RequestMappingInfo> registered = new ArrayList<>();
		Set<String> kinds = new HashSet<>();
		int routes = (int) (8 * seed);
		for (int i = 0; i < 1000; i++) {
			if (i % 200 == 0) {
				registered.subList(0, registered.size() / 3).forEach(this::unregister);
				registered.subList(0, registered.size() / 3).clear();
				for (int route = 0; route < routes; route++) {
					register(mapping(random), new Handler(i + route), registered);
					register(mapping(random), new CrossOriginHandler(i + route), registered);
				}
			}
			MockServerHttpRequest request = request(random);
			Object expected = result(this.webFlux, request);
			assertThat(result(this.indexed, request)).as(request.getMethod() + " " + request.getURI())
				.isEqualTo(expected);
			kinds.add((expected instanceof Choice choice) ? choice.kind() : expected.getClass().getSimpleName());
		}
		assertThat(kinds).contains("Handler", "CrossOriginHandler", "HttpOptionsHandler", "Failure",
				"PreFlightAmbiguousMatchHandler");
	}

	@Test
	void ofManyMappingsFewAreLookedAtForAPreflightRequest() {
		AtomicInteger looked = new AtomicInteger();
		RequestMappingHandlerMapping counting = prepare(new IndexedHandlerMapping() {

			@Override
			protected @Nullable RequestMappingInfo getMatchingMapping(RequestMappingInfo info,
					ServerWebExchange exchange) {
				looked.incrementAndGet();
				return super.getMatchingMapping(info, exchange);
			}

		});
		for (int i = 0; i < 1000; i++) {
			counting.registerMapping(RequestMappingInfo.paths("/things" + i + "/{id}").build(), new Handler(i),
					method(Handler.class));
		}
		List.of("/all/{id}", "/all/**", "/some/**")
			.forEach((path) -> counting.registerMapping(RequestMappingInfo.paths(path).build(),
					new CrossOriginHandler(1), method(CrossOriginHandler.class)));
		counting.registerMapping(RequestMappingInfo.paths("/some/{id}").build(), new Handler(1), method(Handler.class));
		assertThat(result(counting, preflight("/all/a"))).isInstanceOfSatisfying(Choice.class,
				(choice) -> assertThat(choice.kind()).isEqualTo("PreFlightAmbiguousMatchHandler"));
		looked.set(0);
		assertThat(result(counting, preflight("/all/b"))).isInstanceOfSatisfying(Choice.class,
				(choice) -> assertThat(choice.kind()).isEqualTo("PreFlightAmbiguousMatchHandler"));
		assertThat(result(counting, preflight("/some/b"))).isInstanceOfSatisfying(Choice.class,
				(choice) -> assertThat(choice.kind()).isEqualTo("Handler"));
		assertThat(looked).hasValueLessThan(10);
	}

	private static MockServerHttpRequest preflight(String path) {
		return MockServerHttpRequest.options(path)
			.header(HttpHeaders.ORIGIN, "https://example.com")
			.header(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD, "GET")
			.build();
	}

	@Test
	void followsWhatIsRegisteredAndRemoved() {
		RequestMappingInfo wide = RequestMappingInfo.paths("/orders/{id}").build();
		RequestMappingInfo narrow = RequestMappingInfo.paths("/orders/open").build();
		MockServerHttpRequest request = MockServerHttpRequest.get("/orders/open").build();
		assertThat(result(this.indexed, request)).isEqualTo("nothing");
		this.indexed.registerMapping(wide, new Handler(1), method(Handler.class));
		assertThat(chosen(request)).isEqualTo(new Handler(1));
		this.indexed.registerMapping(narrow, new Handler(2), method(Handler.class));
		assertThat(chosen(request)).isEqualTo(new Handler(2));
		this.indexed.unregisterMapping(narrow);
		assertThat(chosen(request)).isEqualTo(new Handler(1));
		this.indexed.unregisterMapping(wide);
		assertThat(result(this.indexed, request)).isEqualTo("nothing");
	}

	private Object chosen(MockServerHttpRequest request) {
		HandlerMethod method = (HandlerMethod) this.indexed.getHandler(MockServerWebExchange.from(request)).block();
		assertThat(method).isNotNull();
		return method.getBean();
	}

	private void register(RequestMappingInfo.Builder mapping, Object handler, List<RequestMappingInfo> registered) {
		RequestMappingInfo.BuilderConfiguration options = new RequestMappingInfo.BuilderConfiguration();
		options.setPatternParser(this.webFlux.getPathPatternParser());
		RequestMappingInfo info = mapping.options(options).build();
		if (!this.webFlux.getHandlerMethods().containsKey(info)) {
			this.webFlux.registerMapping(info, handler, method(handler.getClass()));
			this.indexed.registerMapping(info, handler, method(handler.getClass()));
			registered.add(info);
		}
	}

	private void unregister(RequestMappingInfo mapping) {
		this.webFlux.unregisterMapping(mapping);
		this.indexed.unregisterMapping(mapping);
	}

	private static Method method(Class<?> type) {
		return Objects.requireNonNull(ReflectionUtils.findMethod(type, "handle"));
	}

	private static RequestMappingInfo.Builder mapping(Random random) {
		String[] patterns = new String[1 + random.nextInt(3) / 2];
		for (int i = 0; i < patterns.length; i++) {
			patterns[i] = RandomPaths.pattern(random);
		}
		RequestMappingInfo.Builder mapping = RequestMappingInfo.paths(patterns);
		Set<RequestMethod> methods = EnumSet.noneOf(RequestMethod.class);
		RequestMethod[] all = { RequestMethod.GET, RequestMethod.HEAD, RequestMethod.POST, RequestMethod.PATCH };
		for (int count = random.nextInt(3); count > 0; count--) {
			methods.add(all[random.nextInt(all.length)]);
		}
		mapping.methods(methods.toArray(RequestMethod[]::new));
		if (random.nextInt(8) == 0) {
			mapping.params(random.nextBoolean() ? "p" : "p=1");
		}
		if (random.nextInt(8) == 0) {
			mapping.headers("X-Kind=1");
		}
		if (random.nextInt(4) == 0) {
			mapping.consumes(MEDIA_TYPES[random.nextInt(MEDIA_TYPES.length)]);
		}
		if (random.nextInt(4) == 0) {
			mapping.produces(MEDIA_TYPES[random.nextInt(MEDIA_TYPES.length)]);
		}
		return mapping;
	}

	private static MockServerHttpRequest request(Random random) {
		HttpMethod[] methods = { HttpMethod.GET, HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PATCH,
				HttpMethod.DELETE, HttpMethod.OPTIONS, HttpMethod.OPTIONS };
		String query = (random.nextInt(4) == 0) ? "?p=" + random.nextInt(2) : "";
		HttpMethod method = methods[random.nextInt(methods.length)];
		MockServerHttpRequest.BodyBuilder request = MockServerHttpRequest.method(method,
				URI.create("http://localhost" + RandomPaths.path(random) + query));
		if (method.equals(HttpMethod.OPTIONS) && random.nextBoolean()) {
			request.header(HttpHeaders.ORIGIN, "https://example.com")
				.header(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD, random.nextBoolean() ? "GET" : "DELETE");
		}
		if (random.nextInt(4) == 0) {
			request.header("X-Kind", "1");
		}
		if (random.nextInt(3) == 0) {
			request.header(HttpHeaders.CONTENT_TYPE,
					(random.nextInt(8) == 0) ? "/malformed" : MEDIA_TYPES[random.nextInt(2)]);
		}
		if (random.nextInt(3) == 0) {
			request.header(HttpHeaders.ACCEPT, MEDIA_TYPES[random.nextInt(MEDIA_TYPES.length)]);
		}
		return request.build();
	}

	/**
	 * Returns what is chosen, with what the handler gets to know, or how the request is
	 * refused.
	 */
	private static Object result(RequestMappingHandlerMapping mapping, MockServerHttpRequest request) {
		ServerWebExchange exchange = MockServerWebExchange.from(request);
		try {
			HandlerMethod method = mapping.getHandlerInternal(exchange).block();
			return (method != null) ? choice(method, exchange) : "nothing";
		}
		catch (ResponseStatusException ex) {
			return new Failure(ex.getStatusCode() + " " + sorted(ex.getHeaders()));
		}
		catch (IllegalStateException ex) {
			return new Failure(ex.getMessage());
		}
	}

	private static Choice choice(HandlerMethod method, ServerWebExchange exchange) {
		Object bean = method.getBean();
		Object handler = bean.getClass().getSimpleName().equals("HttpOptionsHandler")
				? sorted((HttpHeaders) ReflectionUtils.invokeMethod(accessible(method), bean)) : method;
		Map<String, String> results = new TreeMap<>();
		RESULTS.forEach((name) -> results.put(name, String.valueOf(exchange.<Object>getAttribute(name))));
		return new Choice(bean.getClass().getSimpleName(), handler, results);
	}

	private static Method accessible(HandlerMethod method) {
		ReflectionUtils.makeAccessible(method.getMethod());
		return method.getMethod();
	}

	private static Map<String, Set<String>> sorted(HttpHeaders headers) {
		Map<String, Set<String>> sorted = new TreeMap<>();
		headers.forEach((name, values) -> {
			Set<String> each = new HashSet<>();
			values.forEach((value) -> each.addAll(List.of(value.split(", ?"))));
			sorted.put(name, each);
		});
		return sorted;
	}

	/**
	 * A handler that has been chosen.
	 */
	private record Choice(String kind, Object handler, Map<String, String> results) {

	}

	/**
	 * A request that has been refused.
	 */
	private record Failure(String reason) {

	}

	/**
	 * One of many handlers.
	 */
	record Handler(int number) {

		String handle() {
			return "";
		}

	}

	/**
	 * One of many handlers that other origins may call.
	 */
	@CrossOrigin
	record CrossOriginHandler(int number) {

		String handle() {
			return "";
		}

	}

}
