package io.natsproxy.gateway.autoconfigure.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.natsproxy.gateway.declared.DeclaredRoutes;
import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.route.BusRoute;
import io.natsproxy.gateway.route.BusRoutes;
import io.natsproxy.gateway.route.RouteTable;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.web.reactive.function.server.RequestPredicate;

/**
 * {@link WebEndpoint} with the declared routes and those of the bus, as the endpoint of
 * the same name of Spring Cloud Gateway has them, so that what reads that, such as Spring
 * Boot Admin, reads this. It changes nothing: routes are those that the operator and
 * services declare.
 */
@WebEndpoint(id = GatewayEndpoint.ID, defaultAccess = Access.READ_ONLY)
public class GatewayEndpoint {

	/**
	 * The id of the endpoint.
	 */
	public static final String ID = "gateway";

	private final @Nullable RouteTable routes;

	private final @Nullable DeclaredRoutes declared;

	/**
	 * Creates the endpoint.
	 * @param routes has what services tell; {@code null} for no routes
	 * @param declared the routes that the operator declares; {@code null} for none
	 */
	public GatewayEndpoint(@Nullable RouteTable routes, @Nullable DeclaredRoutes declared) {
		this.routes = routes;
		this.declared = declared;
	}

	/**
	 * Returns what there is.
	 * @param part {@code routes}, or {@code globalfilters}, of which there are none
	 * @return the routes, or filters; {@code null} for anything else
	 */
	@ReadOperation
	public @Nullable Object read(@Selector String part) {
		return switch (part) {
			case "routes" ->
				Stream
					.concat(declared().stream().map(GatewayEndpoint::describe),
							routes().stream().map(GatewayEndpoint::describe))
					.toList();
			case "globalfilters" -> Map.of();
			default -> null;
		};
	}

	private List<NatsRoute> declared() {
		return (this.declared != null) ? this.declared.routes() : List.of();
	}

	private List<BusRoute> routes() {
		return (this.routes != null) ? BusRoutes.of(this.routes.services(), GatewayContributor.MAX_ROUTES).routes()
				: List.of();
	}

	private static String predicate(String methods, String path) {
		return "(Methods: " + methods + " && Paths: [" + path + "], match trailing slash: false)";
	}

	private static Map<String, Object> describe(NatsRoute route) {
		Map<String, Object> told = DeclaredRouteDescription.of(route);
		RequestPredicate condition = route.condition();
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("predicate", predicate(String.valueOf(told.get("methods")), String.valueOf(told.get("path")))
				+ ((condition != null) ? " && " + condition : ""));
		described.put("route_id", told.get("methods") + " " + told.get("path"));
		described.put("filters", List.of());
		described.put("uri", "nats:" + String.join(",", DeclaredRouteDescription.subjects(route)));
		described.put("order", route.order());
		described.put("metadata", told);
		return described;
	}

	private static Map<String, Object> describe(BusRoute route) {
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("predicate", predicate("[" + route.method() + "]", route.path()));
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
