package io.natsproxy.boot.management;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.boot.actuate.NatsproxyEndpoint;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointHttpMethod;
import org.springframework.boot.actuate.endpoint.web.WebOperation;

/**
 * The operations of endpoints that read, by the id of the endpoint and what follows of
 * the path. Those that give files away, such as dumps of the heap, are not among them:
 * they do not fit messages. Nor are those by which a gateway reads the endpoints of
 * others: whoever may ask the gateway would read what only the gateway may. Immutable.
 */
final class ReadableOperations {

	private static final String FILE = "application/octet-stream";

	private final List<Readable> operations;

	private ReadableOperations(List<Readable> operations) {
		this.operations = operations;
	}

	static ReadableOperations of(Collection<ExposableWebEndpoint> endpoints) {
		List<Readable> operations = new ArrayList<>();
		for (ExposableWebEndpoint endpoint : endpoints) {
			for (WebOperation operation : endpoint.getOperations()) {
				Readable readable = Readable.of(endpoint, operation);
				if (operation.getRequestPredicate().getHttpMethod() == WebEndpointHttpMethod.GET
						&& !operation.getRequestPredicate().getProduces().contains(FILE) && !readable.isProxy()) {
					operations.add(readable);
				}
			}
		}
		operations.sort(Comparator.comparingInt(Readable::variables));
		return new ReadableOperations(List.copyOf(operations));
	}

	/**
	 * Returns the ids of all endpoints.
	 */
	List<String> ids() {
		return this.operations.stream().map((each) -> each.pattern().get(0)).distinct().sorted().toList();
	}

	/**
	 * Finds the operations of a path.
	 * @param segments the decoded segments
	 * @return the operations, those with the fewest variables first
	 */
	List<Match> find(List<String> segments) {
		List<Match> matches = new ArrayList<>();
		for (Readable operation : this.operations) {
			Map<String, Object> arguments = operation.match(segments);
			if (arguments != null) {
				matches.add(new Match(operation.operation(), arguments));
			}
		}
		return matches;
	}

	/**
	 * An operation for a path, with the arguments that the path has.
	 */
	record Match(WebOperation operation, Map<String, Object> arguments) {

	}

	/**
	 * An operation.
	 *
	 * @param pattern the id of the endpoint, and segments that are literal, or variables
	 * in braces, with an asterisk for all that remain
	 */
	private record Readable(WebOperation operation, List<String> pattern) {

		static Readable of(ExposableWebEndpoint endpoint, WebOperation operation) {
			List<String> pattern = new ArrayList<>(List.of(endpoint.getEndpointId().toString()));
			String path = operation.getRequestPredicate().getPath();
			Arrays.stream(path.substring(Math.min(path.length(), endpoint.getRootPath().length())).split("/"))
				.filter((segment) -> !segment.isEmpty())
				.forEach(pattern::add);
			return new Readable(operation, List.copyOf(pattern));
		}

		/**
		 * Whether it is more of the endpoint of natsproxy than what that tells of itself.
		 */
		boolean isProxy() {
			return this.pattern.size() > 1 && this.pattern.get(0).equals(NatsproxyEndpoint.ID);
		}

		/**
		 * One for all that remain counts more than any number of others.
		 */
		int variables() {
			return this.pattern.stream()
				.mapToInt((segment) -> segment.startsWith("{*") ? 1000 : segment.startsWith("{") ? 1 : 0)
				.sum();
		}

		@Nullable Map<String, Object> match(List<String> segments) {
			Map<String, Object> arguments = new LinkedHashMap<>();
			int index = 0;
			for (String expected : this.pattern) {
				if (expected.startsWith("{*")) {
					arguments.put(expected.substring(2, expected.length() - 1),
							segments.subList(index, segments.size()).toArray(String[]::new));
					return arguments;
				}
				if (index >= segments.size()) {
					return null;
				}
				String segment = segments.get(index);
				if (expected.startsWith("{")) {
					arguments.put(expected.substring(1, expected.length() - 1), segment);
				}
				else if (!expected.equals(segment)) {
					return null;
				}
				index++;
			}
			return (index == segments.size()) ? arguments : null;
		}

	}

}
