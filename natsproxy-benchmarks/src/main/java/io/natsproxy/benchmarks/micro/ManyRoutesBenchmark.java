package io.natsproxy.benchmarks.micro;

import java.lang.reflect.Method;
import java.util.List;

import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.subject.SubjectTree;
import io.natsproxy.webflux.server.IndexedHandlerMapping;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

import org.springframework.context.support.StaticApplicationContext;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.ClassUtils;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.server.ServerWebExchange;

/**
 * Finding the handler of a request in a service with many routes, and the route of a
 * request in a gateway that knows many.
 */
public class ManyRoutesBenchmark extends MicroBenchmark {

	/**
	 * How many routes there are.
	 */
	@Param({ "1", "100", "10000" })
	public int routes;

	private final SubjectCodec codec = new SubjectCodec("");

	private final SubjectTree<String> table = new SubjectTree<>();

	private final RequestMappingHandlerMapping webFlux = new RequestMappingHandlerMapping();

	private final RequestMappingHandlerMapping indexed = new IndexedHandlerMapping();

	private String path = "";

	private ServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));

	/**
	 * Declares the routes, of which the last in their order is asked for.
	 */
	@Setup
	public void prepare() {
		Method method = ClassUtils.getMethod(ManyRoutesBenchmark.class, "answer");
		RouteSubjects subjects = new RouteSubjects(this.codec);
		for (RequestMappingHandlerMapping mapping : List.of(this.webFlux, this.indexed)) {
			mapping.setApplicationContext(new StaticApplicationContext());
			mapping.afterPropertiesSet();
		}
		for (int i = 0; i < this.routes; i++) {
			String pattern = "/api/things" + i + "/{id}/parts";
			for (RequestMappingHandlerMapping mapping : List.of(this.webFlux, this.indexed)) {
				mapping.registerMapping(RequestMappingInfo.paths(pattern).build(), this, method);
			}
			subjects.covering(List.of("GET"), pattern).forEach((subject) -> this.table.put(subject, pattern));
		}
		this.path = "/api/things" + (this.routes - 1) + "/42/parts";
		this.exchange = MockServerWebExchange.from(MockServerHttpRequest.get(this.path));
	}

	/**
	 * The handler of all routes.
	 * @return nothing in particular
	 */
	public String answer() {
		return "";
	}

	/**
	 * Finds the handler as WebFlux does.
	 * @return the handler
	 */
	@Benchmark
	public @Nullable Object handlerByWebFlux() {
		return this.webFlux.getHandlerInternal(this.exchange).block();
	}

	/**
	 * Finds the handler as a service does.
	 * @return the handler
	 */
	@Benchmark
	public @Nullable Object handler() {
		return this.indexed.getHandlerInternal(this.exchange).block();
	}

	/**
	 * Finds the route as a gateway does.
	 * @return the pattern of the route
	 */
	@Benchmark
	public @Nullable String route() {
		return this.table.find(this.codec.subject("GET", this.path));
	}

}
