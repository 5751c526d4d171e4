package io.natsproxy.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.http.server.PathContainer;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.function.server.support.RouterFunctionMapping;
import org.springframework.web.reactive.handler.AbstractHandlerMapping;
import org.springframework.web.reactive.handler.AbstractUrlHandlerMapping;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.util.pattern.PathPattern;

/**
 * The paths that other mappings may claim before the gateway is asked, by their patterns:
 * asking the mappings themselves takes as long as the request takes the gateway. What
 * cannot be known is taken for a claim to every path. Mappings that are registered later
 * count within {@link #RENEWED_AFTER}. Safe for use by many threads.
 */
final class ClaimedPaths {

	/**
	 * Time after which the patterns are read again, in nanoseconds.
	 */
	static final long RENEWED_AFTER = TimeUnit.SECONDS.toNanos(1);

	private final List<HandlerMapping> mappings;

	private volatile Claims claims;

	/**
	 * Reads the patterns.
	 * @param mappings the mappings that are asked before the gateway
	 */
	ClaimedPaths(List<HandlerMapping> mappings) {
		this.mappings = List.copyOf(mappings);
		this.claims = read(System.nanoTime());
	}

	/**
	 * Returns whether another mapping may claim a path.
	 * @param path the path within the application
	 * @return {@code false} if none does
	 */
	boolean mayInclude(PathContainer path) {
		Claims claims = this.claims;
		long now = System.nanoTime();
		if (now - claims.readAt() > RENEWED_AFTER) {
			claims = read(now);
			this.claims = claims;
		}
		List<PathPattern> patterns = claims.patterns();
		if (patterns == null) {
			return true;
		}
		for (PathPattern pattern : patterns) {
			if (pattern.matches(path)) {
				return true;
			}
		}
		return false;
	}

	private Claims read(long now) {
		List<PathPattern> all = new ArrayList<>();
		for (HandlerMapping mapping : this.mappings) {
			if (!addPatterns(mapping, all)) {
				return new Claims(now, null);
			}
		}
		return new Claims(now, List.copyOf(all));
	}

	/**
	 * Adds the patterns of a mapping.
	 * @return whether it is known to claim nothing else
	 */
	private static boolean addPatterns(HandlerMapping mapping, List<PathPattern> target) {
		if (!mapping.getClass().getName().startsWith("org.springframework.")
				|| !(mapping instanceof AbstractHandlerMapping known) || known.getApiVersionStrategy() != null) {
			return false;
		}
		if (mapping instanceof RequestMappingInfoHandlerMapping methods) {
			methods.getHandlerMethods()
				.keySet()
				.forEach((info) -> target.addAll(info.getPatternsCondition().getPatterns()));
			return true;
		}
		if (mapping instanceof AbstractUrlHandlerMapping urls) {
			target.addAll(urls.getHandlerMap().keySet());
			return true;
		}
		return mapping instanceof RouterFunctionMapping functions && functions.getRouterFunction() == null;
	}

	/**
	 * The claims to paths at one time.
	 *
	 * @param readAt when the mappings were asked, by {@link System#nanoTime()}
	 * @param patterns their patterns, or {@code null} for every path
	 */
	private record Claims(long readAt, @Nullable List<PathPattern> patterns) {

	}

}
