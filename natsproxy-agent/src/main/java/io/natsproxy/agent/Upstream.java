package io.natsproxy.agent;

import java.net.URI;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * An HTTP server that an agent puts on NATS.
 *
 * @param name its name, which is the queue group: each request reaches one of the agents
 * that have an upstream of this name
 * @param paths patterns of the paths that it serves, in the syntax of Spring's
 * {@code PathPattern}
 * @param url scheme ({@code http} or {@code https}), host, port and optionally a path
 * that is put before every target
 * @param requests what becomes of requests on their way
 * @param connections limits and time-outs of the connections to it
 * @param health how its health is checked; {@code null} to take it for up always
 */
public record Upstream(String name, List<String> paths, URI url, UpstreamRequests requests,
		UpstreamConnections connections, @Nullable HealthCheck health) {

	private static final int MAX_PORT = 65535;

	/**
	 * Creates the settings of an upstream that get along with the defaults.
	 * @param name its name, which is the queue group
	 * @param paths patterns of the paths that it serves
	 * @param url scheme, host, port and optionally a path
	 */
	public Upstream(String name, List<String> paths, URI url) {
		this(name, paths, url, UpstreamRequests.DEFAULTS, UpstreamConnections.DEFAULTS, null);
	}

	public Upstream {
		paths = List.copyOf(paths);
		if (paths.isEmpty()) {
			throw new IllegalArgumentException("Upstream '" + name + "' has no paths");
		}
		boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
		if (!http || url.getHost() == null || url.getPort() == 0 || url.getPort() > MAX_PORT
				|| url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
			// The URL itself may hold a password.
			throw new IllegalArgumentException(
					"The URL of upstream '" + name + "' is not of the form http[s]://host[:port][/path]");
		}
	}

	boolean isSecure() {
		return "https".equalsIgnoreCase(this.url.getScheme());
	}

	/**
	 * Returns the host, an IPv6 address without brackets.
	 */
	String host() {
		String host = this.url.getHost();
		return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
	}

	int port() {
		if (this.url.getPort() > 0) {
			return this.url.getPort();
		}
		return isSecure() ? 443 : 80;
	}

	/**
	 * Returns the path that is put before every target, without a slash at its end.
	 */
	String basePath() {
		String path = this.url.getRawPath();
		return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
	}

	/**
	 * Returns host and port as they stand in {@code Host}.
	 */
	String authority() {
		return this.url.getRawAuthority();
	}

}
