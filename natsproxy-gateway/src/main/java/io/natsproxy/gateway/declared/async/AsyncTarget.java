package io.natsproxy.gateway.declared.async;

import java.util.List;
import java.util.Set;

import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.gateway.declared.RouteTarget;
import io.natsproxy.gateway.declared.request.RequestTarget;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.RequestPredicate;

/**
 * A request is stored, and answered with 202 and where its reply is going to be.
 *
 * @param queue where it is stored
 * @param request what does it; {@code null} for the service of its path
 */
public record AsyncTarget(AsyncQueue queue, @Nullable RequestTarget request) implements RouteTarget {

	/**
	 * Creates the target.
	 * @throws IllegalArgumentException if there may be several replies
	 */
	public AsyncTarget {
		if (request != null && request.several() != null) {
			throw new IllegalArgumentException("Of a request that is stored, one reply is kept");
		}
	}

	/**
	 * The name of the property.
	 */
	public static final String KIND = "async";

	/**
	 * Returns the condition of requests whose clients prefer not to wait. Others go where
	 * they would go without the route.
	 * @return the condition
	 */
	public static RequestPredicate preferred() {
		return (request) -> Preferences.of(request.headers().header(Preferences.FIELD)).respondAsync();
	}

	@Override
	public String kind() {
		return KIND;
	}

	@Override
	public boolean requiresJetStream() {
		return true;
	}

	@Override
	public Set<HttpMethod> methods() {
		return (this.request != null) ? this.request.methods()
				: Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);
	}

	@Override
	public List<SubjectTemplate> templates() {
		return (this.request != null) ? this.request.templates() : List.of();
	}

}
