package io.natsproxy.gateway.autoconfigure.actuate;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Where the management endpoints of this application are reached, once it listens.
 */
final class ManagementAddress {

	private final @Nullable String target;

	private final ObjectProvider<PathMappedEndpoints> paths;

	private final Environment environment;

	/**
	 * Creates an address.
	 * @param target host and port; {@code null} for the name of the host, and the port on
	 * which the application listens
	 * @param paths has the paths below the base path of the server
	 * @param environment knows ports and base paths
	 */
	ManagementAddress(@Nullable String target, ObjectProvider<PathMappedEndpoints> paths, Environment environment) {
		this.target = target;
		this.paths = paths;
		this.environment = environment;
	}

	/**
	 * Returns host and port. Blocks where the name of the host has to be looked up.
	 */
	String target() {
		if (StringUtils.hasText(this.target)) {
			return this.target;
		}
		String port = this.environment.getProperty("local.management.port",
				this.environment.getProperty("local.server.port", "80"));
		return hostName() + ":" + port;
	}

	private static String hostName() {
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "localhost";
		}
	}

	/**
	 * Returns the path of an endpoint.
	 * @param id the id of the endpoint
	 */
	String path(String id) {
		PathMappedEndpoints paths = this.paths.getIfAvailable();
		String path = (paths != null) ? paths.getPath(EndpointId.of(id)) : null;
		String base = this.environment
			.getProperty((ManagementPortType.get(this.environment) == ManagementPortType.DIFFERENT)
					? "management.server.base-path" : "spring.webflux.base-path", "");
		return base + ((path != null) ? path : "/actuator/" + id);
	}

}
