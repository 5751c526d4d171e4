package io.natsproxy.client.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import io.natsproxy.boot.actuate.NatsproxyEndpointContributor;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import io.natsproxy.webflux.server.NatsRoute;
import io.natsproxy.webflux.server.NatsServer;

/**
 * Tells what a service serves over NATS, and what is under way.
 */
final class ServiceContributor implements NatsproxyEndpointContributor {

	private static final int MAX_ROUTES = 1000;

	private final NatsServer server;

	private final WebSocketAcceptor sockets;

	/**
	 * Creates a contributor.
	 * @param server has the routes and the requests
	 * @param sockets has the WebSockets
	 */
	ServiceContributor(NatsServer server, WebSocketAcceptor sockets) {
		this.server = server;
		this.sockets = sockets;
	}

	@Override
	public void contribute(Map<String, Object> content) {
		List<NatsRoute> routes = this.server.getRoutes();
		Map<String, Object> service = new LinkedHashMap<>();
		service.put("running", this.server.isRunning());
		service.put("inFlight", this.server.getInFlight());
		service.put("webSockets", this.sockets.open());
		service.put("routeCount", routes.size());
		service.put("routes", routes.stream().limit(MAX_ROUTES).map(ServiceContributor::describe).toList());
		content.put("service", service);
	}

	private static Map<String, Object> describe(NatsRoute route) {
		return Map.of("methods", List.copyOf(new TreeSet<>(route.methods())), "path", route.pattern());
	}

}
