package io.natsproxy.client.autoconfigure;

import java.util.List;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.webflux.server.ExposedChain;
import io.natsproxy.webflux.server.ExposedPaths;
import io.natsproxy.webflux.server.NatsHandler;
import io.natsproxy.webflux.server.ReadForwardedHeaders;

import org.springframework.context.ApplicationContext;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;

/**
 * What an application exposes over NATS beside its NATS routes: the requests that the
 * properties name, handled by the chain that it has for HTTP.
 */
class ExposedApplication {

	private static final List<String> EVERY_PATH = List.of("/**");

	private static final String GATEWAY = "natsproxyGatewayHandlerMapping";

	private final ApplicationContext context;

	private final ServiceProperties.Expose properties;

	ExposedApplication(ApplicationContext context, ServiceProperties.Expose properties) {
		this.context = context;
		this.properties = properties;
	}

	/**
	 * Returns a handler that serves what is exposed besides the application's NATS
	 * routes.
	 * @param routes the chain of the NATS routes
	 * @return the same if nothing is exposed
	 * @throws io.natsproxy.webflux.server.OverlappingExposureException if a NATS route is
	 * exposed, too
	 */
	NatsHandler besides(NatsHandler routes) {
		if (this.properties.paths().isEmpty()) {
			return routes;
		}
		if (this.context.getBeanNamesForType(HttpHandler.class, false, false).length != 1) {
			throw new InvalidNatsSettingException(
					"natsproxy.service.expose.paths exposes what a WebFlux application serves over HTTP,"
							+ " and this is none: there is no HttpHandler bean.",
					"Add spring-boot-starter-webflux, or remove natsproxy.service.expose.paths.", null);
		}
		requireNoGateway();
		ExposedPaths paths = paths(this.properties.paths());
		routes.requireApart(paths);
		return routes.exposing(paths, () -> chain(paths, this.context.getBean(HttpHandler.class)));
	}

	/**
	 * Returns a handler that serves the NATS routes and, where the application would be
	 * served over HTTP otherwise, all of it or what the properties name.
	 * @param routes the chain of the NATS routes
	 * @param httpHandler the chain that the application has for HTTP
	 * @throws io.natsproxy.webflux.server.OverlappingExposureException if a NATS route is
	 * named, too
	 */
	NatsHandler instead(NatsHandler routes, HttpHandler httpHandler) {
		requireNoGateway();
		if (this.properties.paths().isEmpty()) {
			ExposedPaths all = paths(EVERY_PATH);
			return routes.exposing(all, () -> new ExposedChain(all, withoutReadHeaders(httpHandler)));
		}
		ExposedPaths paths = paths(this.properties.paths());
		routes.requireApart(paths);
		return routes.exposing(paths, () -> chain(paths, httpHandler));
	}

	private ExposedPaths paths(List<String> paths) {
		return InvalidNatsSettingException.check("natsproxy.service.expose",
				() -> ExposedPaths.of(paths, this.properties.exclude(), this.properties.methods()));
	}

	/**
	 * Completes the chain by what has to be known of other beans.
	 */
	private ExposedChain chain(ExposedPaths paths, HttpHandler httpHandler) {
		return new ExposedChain(paths.reserve(new ActuatorPaths(this.context).patterns()),
				withoutReadHeaders(httpHandler));
	}

	private HttpHandler withoutReadHeaders(HttpHandler httpHandler) {
		return this.context.containsBean(WebHttpHandlerBuilder.FORWARDED_HEADER_TRANSFORMER_BEAN_NAME)
				? new ReadForwardedHeaders(httpHandler) : httpHandler;
	}

	private void requireNoGateway() {
		if (this.context.containsBean(GATEWAY)) {
			throw new InvalidNatsSettingException(
					"This application is exposed over NATS and is a gateway, too: what it does not serve by itself"
							+ " would be sent over NATS to itself.",
					"Set natsproxy.gateway.enabled=false, or have gateway and service as two applications.", null);
		}
	}

}
