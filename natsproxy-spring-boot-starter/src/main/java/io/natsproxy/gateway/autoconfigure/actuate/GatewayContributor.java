package io.natsproxy.gateway.autoconfigure.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.natsproxy.boot.actuate.NatsproxyEndpointContributor;
import io.natsproxy.core.discovery.DiscoveredService;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.OpenStream;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.websocket.gateway.GatewayWebSockets;
import io.natsproxy.core.websocket.gateway.OpenWebSocket;
import io.natsproxy.gateway.declared.DeclaredRoutes;
import io.natsproxy.gateway.route.BusRoute;
import io.natsproxy.gateway.route.BusRoutes;
import io.natsproxy.gateway.route.RouteTable;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a gateway knows of the bus, and what is under way. Of everything of which
 * there may be many, there are some at the most, and how many there are.
 */
final class GatewayContributor implements NatsproxyEndpointContributor {

	static final int MAX_ROUTES = 1000;

	static final int MAX_SERVICES = 512;

	/**
	 * Most streams, WebSockets and groups.
	 */
	static final int MAX_OPEN = 200;

	private static final int MAX_TEXT = 256;

	private final NatsCaller caller;

	private final @Nullable RouteTable routes;

	private final @Nullable DeclaredRoutes declared;

	private final @Nullable GatewayWebSockets sockets;

	private volatile BusRoutes busRoutes = BusRoutes.of(List.of(), MAX_ROUTES);

	/**
	 * Creates a contributor.
	 * @param caller has the exchanges
	 * @param routes has what services tell; {@code null} for none
	 * @param declared the routes that the operator declares; {@code null} for none
	 * @param sockets has the WebSockets; {@code null} for none
	 */
	GatewayContributor(NatsCaller caller, @Nullable RouteTable routes, @Nullable DeclaredRoutes declared,
			@Nullable GatewayWebSockets sockets) {
		this.caller = caller;
		this.routes = routes;
		this.declared = declared;
		this.sockets = sockets;
	}

	@Override
	public void contribute(Map<String, Object> content) {
		Map<String, Object> exchanges = new LinkedHashMap<>();
		exchanges.put("underWay", this.caller.underWay());
		exchanges.put("inFlight", this.caller.inFlight());
		exchanges.put("streams", this.caller.streams());
		content.put("exchanges", exchanges);
		content.put("streams", this.caller.openStreams(MAX_OPEN).stream().map(GatewayContributor::describe).toList());
		GatewayWebSockets sockets = this.sockets;
		if (sockets != null) {
			content.put("webSockets", describe(sockets));
		}
		DeclaredRoutes declared = this.declared;
		if (declared != null) {
			content.put("declaredRoutes",
					declared.routes().stream().limit(MAX_ROUTES).map(DeclaredRouteDescription::of).toList());
		}
		RouteTable routes = this.routes;
		if (routes != null) {
			describe(routes, content);
		}
	}

	private static Map<String, Object> describe(OpenStream stream) {
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("subject", text(stream.subject()));
		described.put("seconds", stream.age().toSeconds());
		if (stream.sendCredit() != OpenStream.NONE) {
			described.put("sendCredit", stream.sendCredit());
		}
		if (stream.receiveCredit() != OpenStream.NONE) {
			described.put("receiveCredit", stream.receiveCredit());
			described.put("unconsumed", stream.unconsumed());
		}
		return described;
	}

	private static Map<String, Object> describe(GatewayWebSockets sockets) {
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("open", sockets.open());
		described.put("groups", sockets.groups());
		described.put("sockets", sockets.openWebSockets(MAX_OPEN).stream().map(GatewayContributor::describe).toList());
		Map<String, Integer> members = new TreeMap<>();
		sockets.groupMembers(MAX_OPEN).forEach((name, number) -> members.put(text(name), number));
		described.put("members", members);
		return described;
	}

	private static Map<String, Object> describe(OpenWebSocket socket) {
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("id", socket.id());
		described.put("path", text(socket.path()));
		described.put("seconds", socket.age().toSeconds());
		described.put("accepted", socket.accepted());
		described.put("groups", socket.groups());
		return described;
	}

	private void describe(RouteTable routes, Map<String, Object> content) {
		List<DiscoveredService> services = routes.services();
		content.put("serviceCount", services.size());
		content.put("services", services.stream().limit(MAX_SERVICES).map(GatewayContributor::describe).toList());
		BusRoutes known = this.busRoutes.renewed(services, MAX_ROUTES);
		this.busRoutes = known;
		content.put("omittedEndpoints", known.omitted());
		content.put("routes", known.routes().stream().map(GatewayContributor::describe).toList());
	}

	private static Map<String, Object> describe(DiscoveredService service) {
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("name", text(service.name()));
		described.put("id", text(service.id()));
		described.put("version", text(service.version()));
		described.put("endpoints", service.endpoints().size());
		Map<String, String> metadata = new TreeMap<>();
		service.metadata().forEach((name, value) -> metadata.put(text(name), text(value)));
		described.put("metadata", metadata);
		return described;
	}

	private static Map<String, Object> describe(BusRoute route) {
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("method", route.method());
		described.put("path", route.path());
		described.put("subject", route.subject());
		described.put("services", route.services());
		described.put("instances", route.instances());
		described.put("metadata", route.metadata());
		return described;
	}

	private static String text(String text) {
		return SafeText.of(text, MAX_TEXT);
	}

}
