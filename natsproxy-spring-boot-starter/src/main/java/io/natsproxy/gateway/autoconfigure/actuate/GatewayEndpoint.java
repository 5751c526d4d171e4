package io.natsproxy.gateway.autoconfigure.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.gateway.route.BusRoute;
import io.natsproxy.gateway.route.BusRoutes;
import io.natsproxy.gateway.route.RouteTable;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;

/**
 * {@link WebEndpoint} with the routes of the bus, as the endpoint of the same name of
 * Spring Cloud Gateway has them, so that what reads that, such as Spring Boot Admin,
 * reads this. It changes nothing: routes are those that services declare.
 */
@WebEndpoint(id = GatewayEndpoint.ID, defaultAccess = Access.READ_ONLY)
public class GatewayEndpoint {

	/**
	 * The id of the endpoint.
	 */
	public static final String ID = "gateway";

	private final @Nullable RouteTable routes;

	/**
	 * Creates the endpoint.
	 * @param routes has what services tell; {@code null} for no routes
	 */
	public GatewayEndpoint(@Nullable RouteTable routes) {
		this.routes = routes;
	}

	/**
	 * Returns what there is.
	 * @param part {@code routes}, or {@code globalfilters}, of which there are none
	 * @return the routes, or filters; {@code null} for anything else
	 */
	@ReadOperation
	public @Nullable Object read(@Selector String part) {
		return switch (part) {
			case "routes" -> routes().stream().map(GatewayEndpoint::describe).toList();
			case "globalfilters" -> Map.of();
			default -> null;
		};
	}

	private List<BusRoute> routes() {
		return (this.routes != null) ? BusRoutes.of(this.routes.services(), GatewayContributor.MAX_ROUTES).routes()
				: List.of();
	}

	private static Map<String, Object> describe(BusRoute route) {
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("predicate",
				"(Methods: [" + route.method() + "] && Paths: [" + route.path() + "], match trailing slash: false)");
		described.put("route_id", route.method() + " " + route.path());
		described.put("filters", List.of());
		described.put("uri", "nats:" + route.subject());
		described.put("order", 0);
		Map<String, Object> metadata = new LinkedHashMap<>(route.metadata());
		metadata.put("services", String.join(", ", route.services()));
		metadata.put("instances", route.instances());
		described.put("metadata", metadata);
		return described;
	}

}
