package io.natsproxy.gateway.declared;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

import io.natsproxy.core.subject.PathTemplate;
import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.RequestHead;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/**
 * A route that an operator declares: which requests it is for, and what they lead to.
 * Immutable.
 *
 * <pre class="code">
 * NatsRoute.path("/prices/{symbol}").methods(HttpMethod.POST).to(PublishTarget.subject("prices.{symbol}"))
 * </pre>
 *
 * <p>
 * Of several routes for a request, that with the lowest {@link #order() order} comes
 * first, then that with the more specific path, as Spring compares patterns, then that
 * with a condition beside path and method.
 */
public final class NatsRoute {

	private static final Set<HttpMethod> WITH_BODY = Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

	private final PathPattern path;

	private final Set<HttpMethod> methods;

	private final @Nullable RequestPredicate condition;

	private final int order;

	private final @Nullable RequestVerifier verifier;

	private final RouteTarget target;

	private NatsRoute(Builder builder, RouteTarget target) {
		this.path = builder.path;
		this.verifier = builder.verifier;
		Set<HttpMethod> usual = (this.verifier != null) ? Set.of(HttpMethod.POST) : target.methods();
		this.methods = Set.copyOf(builder.methods.isEmpty() ? usual : builder.methods);
		this.condition = builder.condition;
		this.order = builder.order;
		this.target = target;
		for (HttpMethod method : this.methods) {
			if (!target.methods().contains(method)) {
				throw new IllegalArgumentException("Route '" + this.path.getPatternString() + "': the target '"
						+ target.kind() + "' does not answer " + method);
			}
			if (this.verifier != null && !WITH_BODY.contains(method)) {
				throw new IllegalArgumentException("Route '" + this.path.getPatternString()
						+ "': requests are verified by their bodies, which those of " + method + " have not");
			}
		}
	}

	/**
	 * Begins a route.
	 * @param pattern the path within the application, see {@link PathPattern}
	 * @return what else belongs to the route
	 * @throws IllegalArgumentException if the pattern is malformed
	 */
	public static Builder path(String pattern) {
		PathPatternParser parser = PathPatternParser.defaultInstance;
		try {
			PathPattern path = parser.parse(parser.initFullPathPattern(pattern));
			PathTemplate.of(pattern).variables().forEach((variable) -> requireNoGroup(pattern, variable.regex()));
			return new Builder(path);
		}
		catch (PatternParseException ex) {
			throw new IllegalArgumentException("Path pattern '" + pattern + "' is malformed: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Refuses what Spring refuses when the first request comes.
	 */
	private static void requireNoGroup(String pattern, @Nullable String expression) {
		if (expression != null && Pattern.compile(expression).matcher("").groupCount() > 0) {
			throw new IllegalArgumentException("Path pattern '" + pattern + "' is malformed: '" + expression
					+ "' has a group that captures, write (?:…)");
		}
	}

	/**
	 * Returns the path.
	 * @return the pattern
	 */
	public PathPattern path() {
		return this.path;
	}

	/**
	 * Returns the methods.
	 * @return the methods; GET stands for HEAD too
	 */
	public Set<HttpMethod> methods() {
		return this.methods;
	}

	/**
	 * Returns the condition beside path and method.
	 * @return the condition, or {@code null}
	 */
	public @Nullable RequestPredicate condition() {
		return this.condition;
	}

	/**
	 * Returns the order.
	 * @return the order, 0 by default
	 */
	public int order() {
		return this.order;
	}

	/**
	 * Returns what verifies requests.
	 * @return the verifier, or {@code null} if they need not be verified
	 */
	public @Nullable RequestVerifier verifier() {
		return this.verifier;
	}

	/**
	 * Returns what the route leads to.
	 * @return the target
	 */
	public RouteTarget target() {
		return this.target;
	}

	/**
	 * Returns the values that a request has for variables of templates, in another place
	 * than that of its client.
	 * @param head the head of the request
	 * @return the values, which come from the client
	 * @throws MalformedMessageException if it is no request of the route
	 */
	public SubjectTemplate.Values variables(RequestHead head) {
		return RouteVariables.of(this, head);
	}

	@Override
	public String toString() {
		return this.path.getPatternString() + " " + this.methods + " -> " + this.target.kind();
	}

	/**
	 * What belongs to a route.
	 */
	public static final class Builder {

		private final PathPattern path;

		private Set<HttpMethod> methods = Collections.emptySet();

		private @Nullable RequestPredicate condition;

		private int order;

		private @Nullable RequestVerifier verifier;

		private Builder(PathPattern path) {
			this.path = path;
		}

		/**
		 * Sets the methods. By default they are all of the target.
		 * @param methods the methods; GET stands for HEAD too
		 * @return this builder
		 */
		public Builder methods(HttpMethod... methods) {
			this.methods = new LinkedHashSet<>(Arrays.asList(methods));
			return this;
		}

		/**
		 * Adds a condition: on the host, a header field, the query, the version of the
		 * API.
		 * @param condition the condition, which must not read the body
		 * @return this builder
		 */
		public Builder and(RequestPredicate condition) {
			this.condition = (this.condition != null) ? this.condition.and(condition) : condition;
			return this;
		}

		/**
		 * Sets the order.
		 * @param order the lower one comes first; 0 by default
		 * @return this builder
		 */
		public Builder order(int order) {
			this.order = order;
			return this;
		}

		/**
		 * Has requests verified by their bodies before anything of them is used. The
		 * methods are POST alone then, unless others with bodies are named.
		 * @param verifier verifies them
		 * @return this builder
		 */
		public Builder verify(RequestVerifier verifier) {
			this.verifier = verifier;
			return this;
		}

		/**
		 * Ends the route.
		 * @param target what it leads to
		 * @return the route
		 * @throws IllegalArgumentException if the target does not answer one of its
		 * methods
		 */
		public NatsRoute to(RouteTarget target) {
			return new NatsRoute(this, target);
		}

	}

}
