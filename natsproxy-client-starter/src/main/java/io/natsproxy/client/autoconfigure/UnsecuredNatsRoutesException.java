package io.natsproxy.client.autoconfigure;

import java.util.List;

import io.natsproxy.webflux.server.NatsRoute;

/**
 * Failure of an application with Spring Security that would not protect its NATS routes.
 */
class UnsecuredNatsRoutesException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UnsecuredNatsRoutesException(List<NatsRoute> routes) {
		super("Spring Security is on the class path, but nothing of it protects what is served over NATS: "
				+ String.join(", ", routes.stream().map(NatsRoute::toString).sorted().toList()));
	}

}
