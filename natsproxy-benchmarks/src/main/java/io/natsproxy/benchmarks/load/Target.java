package io.natsproxy.benchmarks.load;

import java.net.InetSocketAddress;
import java.net.URI;

/**
 * The gateway to be put under load.
 *
 * @param host its address
 * @param port its port
 */
public record Target(String host, int port) {

	/**
	 * Reads the URL of a gateway.
	 * @param url a URL such as {@code http://127.0.0.1:8080}
	 * @return the target
	 * @throws IllegalArgumentException if it is no plain HTTP URL with a port and without
	 * a path
	 */
	public static Target of(String url) {
		URI uri = URI.create(url);
		String host = uri.getHost();
		String path = (uri.getRawPath() != null) ? uri.getRawPath() : "";
		if (!"http".equals(uri.getScheme()) || host == null || uri.getPort() < 0
				|| !(path.isEmpty() || path.equals("/"))) {
			throw new IllegalArgumentException(
					"'" + url + "' is not the URL of a gateway: expected http://host:port, without a path");
		}
		return new Target(host, uri.getPort());
	}

	InetSocketAddress address() {
		return new InetSocketAddress(this.host, this.port);
	}

	/**
	 * Returns the value of the {@code Host} header.
	 * @return host and port
	 */
	String authority() {
		return this.host + ":" + this.port;
	}

}
