package io.natsproxy.boot.management;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.natsproxy.boot.management.ReadableOperations.Match;
import io.natsproxy.core.management.ManagementRequest;
import io.natsproxy.core.management.ManagementResponse;
import io.natsproxy.core.management.ServiceManagement;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.PercentEncoding;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.InvocationContext;
import org.springframework.boot.actuate.endpoint.OperationArgumentResolver;
import org.springframework.boot.actuate.endpoint.ProducibleOperationArgumentResolver;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.util.InvalidMimeTypeException;

/**
 * {@link ServiceManagement} of the endpoints that an application exposes over the web:
 * what they read, and nothing that they change. Nobody is authenticated. Endpoints are
 * found by their ids, whatever paths they are mapped to.
 */
public final class EndpointManagement implements ServiceManagement {

	private final Supplier<Collection<ExposableWebEndpoint>> endpoints;

	private final Supplier<JsonMapper> json;

	private volatile @Nullable ReadableOperations operations;

	private volatile @Nullable ResponseWriter writer;

	/**
	 * Creates the object.
	 * @param endpoints returns the endpoints that are exposed; called once, when they are
	 * needed
	 * @param json returns what writes their results; called once, when it is needed
	 */
	public EndpointManagement(Supplier<Collection<ExposableWebEndpoint>> endpoints, Supplier<JsonMapper> json) {
		this.endpoints = endpoints;
		this.json = json;
	}

	@Override
	public List<String> endpoints() {
		return operations().ids();
	}

	private ReadableOperations operations() {
		ReadableOperations operations = this.operations;
		if (operations == null) {
			operations = ReadableOperations.of(this.endpoints.get());
			this.operations = operations;
		}
		return operations;
	}

	private ResponseWriter writer() {
		ResponseWriter writer = this.writer;
		if (writer == null) {
			writer = new ResponseWriter(this.json.get());
			this.writer = writer;
		}
		return writer;
	}

	@Override
	public Mono<ManagementResponse> read(ManagementRequest request, int maxLength) {
		try {
			return invoke(request, maxLength).onErrorResume(InvalidEndpointRequestException.class,
					(ex) -> Mono.just(invalid(ex)));
		}
		catch (InvalidEndpointRequestException ex) {
			return Mono.just(invalid(ex));
		}
		catch (MalformedMessageException | InvalidMimeTypeException ex) {
			return Mono.just(ManagementResponse.problem(400, "The request for a management endpoint is malformed"));
		}
	}

	private static ManagementResponse invalid(InvalidEndpointRequestException ex) {
		String reason = ex.getReason();
		return ManagementResponse.problem(400, (reason != null) ? reason : "The request is not what is expected");
	}

	private Mono<ManagementResponse> invoke(ManagementRequest request, int maxLength) {
		String target = request.target();
		int query = target.indexOf('?');
		List<String> segments = segments((query >= 0) ? target.substring(0, query) : target);
		List<Match> matches = operations().find(segments);
		if (matches.isEmpty()) {
			return Mono.just(notFound());
		}
		AcceptedTypes accepted = AcceptedTypes.parse(request.accept());
		for (Match match : matches) {
			String produced = accepted.choose(match.operation().getRequestPredicate().getProduces());
			if (produced != null) {
				Map<String, Object> arguments = new LinkedHashMap<>(match.arguments());
				addParameters((query >= 0) ? target.substring(query + 1) : "", arguments);
				Object result = match.operation().invoke(context(arguments, request.accept()));
				return results(result).map((each) -> writer().write(each, produced, maxLength))
					.defaultIfEmpty(notFound());
			}
		}
		return Mono
			.just(ManagementResponse.problem(406, "The management endpoint has no representation that is accepted"));
	}

	private static ManagementResponse notFound() {
		return ManagementResponse.problem(404,
				"The management endpoint is not there, not exposed, or knows no such thing");
	}

	private static List<String> segments(String path) {
		List<String> segments = new ArrayList<>();
		for (String segment : path.split("/")) {
			if (!segment.isEmpty()) {
				segments.add(PercentEncoding.decode(segment));
			}
		}
		return segments;
	}

	private static void addParameters(String query, Map<String, Object> arguments) {
		Map<String, List<String>> parameters = new LinkedHashMap<>();
		for (String parameter : query.split("&")) {
			int equals = parameter.indexOf('=');
			String name = decode((equals >= 0) ? parameter.substring(0, equals) : parameter);
			if (!name.isEmpty()) {
				parameters.computeIfAbsent(name, (key) -> new ArrayList<>())
					.add((equals >= 0) ? decode(parameter.substring(equals + 1)) : "");
			}
		}
		parameters.forEach((name, values) -> arguments.put(name, (values.size() == 1) ? values.get(0) : values));
	}

	private static String decode(String text) {
		try {
			return URLDecoder.decode(text, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw new MalformedMessageException("Malformed percent-encoding");
		}
	}

	private static InvocationContext context(Map<String, Object> arguments, @Nullable String accept) {
		return new InvocationContext(SecurityContext.NONE, arguments,
				OperationArgumentResolver.of(WebServerNamespace.class, () -> WebServerNamespace.SERVER),
				new ProducibleOperationArgumentResolver(() -> (accept != null) ? List.of(accept) : null));
	}

	/**
	 * Returns the results of an endpoint, on a thread on which they can be written
	 * whatever that takes: those of reactive endpoints may come on one that serves
	 * others.
	 */
	private static Mono<?> results(@Nullable Object result) {
		if (result instanceof Flux<?> flux) {
			return flux.collectList().publishOn(Schedulers.boundedElastic());
		}
		return (result instanceof Publisher<?> publisher) ? Mono.from(publisher).publishOn(Schedulers.boundedElastic())
				: Mono.justOrEmpty(result);
	}

}
