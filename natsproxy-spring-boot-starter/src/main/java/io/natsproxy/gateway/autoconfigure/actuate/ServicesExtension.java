package io.natsproxy.gateway.autoconfigure.actuate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.natsproxy.boot.actuate.NatsproxyEndpoint;
import io.natsproxy.core.discovery.DiscoveredService;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.management.ManagementReader;
import io.natsproxy.core.management.ManagementRequest;
import io.natsproxy.core.management.ManagementResponse;
import io.natsproxy.core.wire.PercentEncoding;
import io.natsproxy.gateway.route.RouteTable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * {@link EndpointWebExtension} of the endpoint {@code natsproxy} by which the management
 * endpoints of services are read, instance by instance, and by which Prometheus finds
 * those that it is to scrape. Only instances that are known are asked.
 */
@EndpointWebExtension(endpoint = NatsproxyEndpoint.class)
public class ServicesExtension {

	private static final MimeType BYTES = MimeTypeUtils.APPLICATION_OCTET_STREAM;

	private static final Set<String> SUBTYPES = Set.of("json", "openmetrics-text", "vnd.google.protobuf");

	private static final String UNRESERVED = "-._~!$'()*+,:;=@";

	private final @Nullable RouteTable routes;

	private final ManagementReader reader;

	private final PrometheusTargets targets;

	/**
	 * Creates an extension.
	 * @param routes knows the instances; {@code null} where none are known
	 * @param reader asks them
	 * @param targets writes those that Prometheus is to scrape
	 */
	ServicesExtension(@Nullable RouteTable routes, ManagementReader reader, PrometheusTargets targets) {
		this.routes = routes;
		this.reader = reader;
		this.targets = targets;
	}

	/**
	 * Reads {@code services}, {@code services/{name}}, {@code services/{name}/{instance}}
	 * and what is below that, or {@code prometheus}.
	 * @param format what the client prefers
	 * @param includedNames a parameter of the endpoint {@code prometheus}
	 * @param tag a parameter of the endpoint {@code metrics}
	 * @param pattern a parameter of the endpoint {@code env}
	 * @param path the decoded segments of the path
	 * @return the response; empty if there is nothing of this path
	 */
	@ReadOperation(producesFrom = AnswerFormat.class)
	public Mono<WebEndpointResponse<Object>> read(AnswerFormat format, @Nullable List<String> includedNames,
			@Nullable List<String> tag, @Nullable String pattern,
			@Selector(match = Match.ALL_REMAINING) String... path) {
		if (path.length == 1 && path[0].equals("prometheus")) {
			// The name of the host may have to be looked up.
			return Mono.fromSupplier(() -> json(this.targets.write(services())))
				.subscribeOn(Schedulers.boundedElastic());
		}
		if (path.length == 0 || !path[0].equals("services")) {
			return Mono.empty();
		}
		List<DiscoveredService> found = services().stream()
			.filter((service) -> path.length < 2 || service.name().equals(path[1]))
			.filter((service) -> path.length < 3 || service.id().equals(path[2]))
			.toList();
		if (path.length < 4) {
			return (found.isEmpty() && path.length > 1) ? Mono.empty()
					: Mono.just(json(found.stream().map(ServicesExtension::describe).toList()));
		}
		if (found.isEmpty() || !found.get(0).managementEndpoints().contains(path[3])) {
			return Mono.empty();
		}
		Map<String, Collection<String>> parameters = new LinkedHashMap<>();
		parameters.put("includedNames", (includedNames != null) ? includedNames : List.of());
		parameters.put("tag", (tag != null) ? tag : List.of());
		parameters.put("pattern", (pattern != null) ? List.of(pattern) : List.of());
		ManagementRequest request = new ManagementRequest(
				target(Arrays.asList(path).subList(3, path.length), parameters), format.accept());
		return this.reader.read(found.get(0).name(), found.get(0).id(), request).map(ServicesExtension::answer);
	}

	private List<DiscoveredService> services() {
		return (this.routes != null) ? this.routes.services() : List.of();
	}

	private static Map<String, Object> describe(DiscoveredService service) {
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("name", SafeText.of(service.name()));
		described.put("id", SafeText.of(service.id()));
		described.put("version", SafeText.of(service.version()));
		described.put("endpoints", service.managementEndpoints());
		return described;
	}

	private static WebEndpointResponse<Object> json(Object body) {
		return new WebEndpointResponse<>(body, WebEndpointResponse.STATUS_OK, MimeTypeUtils.APPLICATION_JSON);
	}

	private static String target(List<String> path, Map<String, Collection<String>> parameters) {
		StringBuilder target = new StringBuilder();
		path.forEach((segment) -> target.append('/').append(encode(segment)));
		List<String> query = new ArrayList<>();
		parameters.forEach(
				(name, values) -> values.forEach((value) -> query.add(encode(name) + "=" + encodeParameter(value))));
		return query.isEmpty() ? target.toString() : target + "?" + String.join("&", query);
	}

	static String encode(String text) {
		return PercentEncoding.encode(text.getBytes(StandardCharsets.UTF_8),
				(c) -> Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
	}

	private static String encodeParameter(String text) {
		return PercentEncoding.encode(text.getBytes(StandardCharsets.UTF_8), Character::isLetterOrDigit);
	}

	private static WebEndpointResponse<Object> answer(ManagementResponse response) {
		return new WebEndpointResponse<>(response.body(), response.status(), type(response.contentType()));
	}

	/**
	 * Returns the type of what a service has sent: what a browser might run is no more
	 * than bytes.
	 */
	private static MimeType type(@Nullable String contentType) {
		if (contentType == null) {
			return BYTES;
		}
		try {
			MimeType type = MimeTypeUtils.parseMimeType(contentType);
			String subtype = type.getSubtype().toLowerCase(Locale.ROOT);
			boolean harmless = switch (type.getType().toLowerCase(Locale.ROOT)) {
				case "text" -> subtype.equals("plain");
				case "application" -> SUBTYPES.contains(subtype) || subtype.endsWith("+json");
				default -> false;
			};
			return harmless ? type : BYTES;
		}
		catch (InvalidMimeTypeException ex) {
			return BYTES;
		}
	}

}
