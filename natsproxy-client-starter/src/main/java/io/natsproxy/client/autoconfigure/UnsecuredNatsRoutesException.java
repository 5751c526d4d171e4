package io.natsproxy.client.autoconfigure;

import java.util.List;

import io.natsproxy.webflux.server.NatsRoute;

/**
 * Spring Security is there, and would not protect the NATS routes of the application.
 */
class UnsecuredNatsRoutesException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UnsecuredNatsRoutesException(List<NatsRoute> routes) {
		super("Spring Security is on the class path, but nothing of it protects what is served over NATS: "
				+ String.join(", ", routes.stream().map(NatsRoute::toString).sorted().toList()));
	}

}
