package io.natsproxy.gateway.route;

import java.util.List;
import java.util.Map;

/**
 * A route of the bus, with the services that answer it. All texts are fit to be shown.
 *
 * @param method the HTTP method
 * @param path the template of the path
 * @param subject the subject on which services listen
 * @param services the names of the services, in their order
 * @param instances the number of instances
 * @param metadata what one of them tells beside
 */
public record BusRoute(String method, String path, String subject, List<String> services, int instances,
		Map<String, String> metadata) {

}
