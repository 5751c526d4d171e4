package io.natsproxy.gateway.declared.async;

import java.util.List;
import java.util.Set;

import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.declared.RouteTarget;

import org.springframework.http.HttpMethod;

/**
 * What has become of a request that was stored, or its reply.
 *
 * @param queue where both are
 * @param reply whether it is the reply
 */
public record AsyncResultTarget(AsyncQueue queue, boolean reply) implements RouteTarget {

	/**
	 * The variable of the path with the id of the request.
	 */
	static final String ID = "id";

	/**
	 * Where the reply is, below what tells of the request.
	 */
	static final String REPLY = "/response";

	/**
	 * Returns the routes by which clients find out.
	 * @param queue where requests and replies are
	 * @return the routes
	 */
	public static List<NatsRoute> routes(AsyncQueue queue) {
		String path = queue.resultPath() + "/{" + ID + ":[0-9a-f]{32}}";
		return List.of(NatsRoute.path(path).to(new AsyncResultTarget(queue, false)),
				NatsRoute.path(path + REPLY).to(new AsyncResultTarget(queue, true)));
	}

	@Override
	public String kind() {
		return AsyncTarget.KIND;
	}

	@Override
	public boolean requiresJetStream() {
		return true;
	}

	@Override
	public Set<HttpMethod> methods() {
		return Set.of(HttpMethod.GET);
	}

}
