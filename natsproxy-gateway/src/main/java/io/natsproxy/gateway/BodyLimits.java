package io.natsproxy.gateway;

import java.util.List;

import io.natsproxy.webflux.path.PathCondition;

import org.springframework.http.server.RequestPath;

/**
 * The longest bodies of requests, by path.
 *
 * @param byPath limits by path; the first whose condition is met counts
 * @param otherwise the limit of all others, in bytes; {@code Long.MAX_VALUE} for none
 */
public record BodyLimits(List<BodyLimit> byPath, long otherwise) {

	public BodyLimits {
		byPath = List.copyOf(byPath);
		requireNotNegative(otherwise);
	}

	private static void requireNotNegative(long limit) {
		if (limit < 0) {
			throw new IllegalArgumentException("The longest body is negative: " + limit);
		}
	}

	/**
	 * Returns the limit of a request.
	 */
	long of(RequestPath path) {
		for (BodyLimit limit : this.byPath) {
			if (limit.path().matches(path)) {
				return limit.maxSize();
			}
		}
		return this.otherwise;
	}

	/**
	 * The limit of some paths.
	 *
	 * @param path the condition
	 * @param maxSize the longest body, in bytes
	 */
	public record BodyLimit(PathCondition path, long maxSize) {

		public BodyLimit {
			requireNotNegative(maxSize);
		}

	}

}
