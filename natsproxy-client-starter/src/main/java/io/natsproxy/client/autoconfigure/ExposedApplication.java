package io.natsproxy.client.autoconfigure;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.webflux.server.ExposedChain;
import io.natsproxy.webflux.server.ExposedPaths;
import io.natsproxy.webflux.server.NatsHandler;
import io.natsproxy.webflux.server.ReadForwardedHeaders;

import org.springframework.context.ApplicationContext;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;

/**
 * What an application that has a reactive web server of its own exposes over NATS: the
 * requests that the properties name, handled by the chain that it has for HTTP.
 */
class ExposedApplication {

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
		if (this.context.containsBean(GATEWAY)) {
			throw new InvalidNatsSettingException(
					"natsproxy.service.expose.paths exposes an application that is a gateway, too: what it does not"
							+ " serve by itself would be sent over NATS to itself.",
					"Set natsproxy.gateway.enabled=false, or have gateway and service as two applications.", null);
		}
		ExposedPaths paths = InvalidNatsSettingException.check("natsproxy.service.expose",
				() -> ExposedPaths.of(this.properties.paths(), this.properties.exclude(), this.properties.methods()));
		routes.requireApart(paths);
		return routes.exposing(paths, () -> chain(paths));
	}

	/**
	 * Finds the chain, whose parts are beans.
	 */
	private ExposedChain chain(ExposedPaths paths) {
		HttpHandler httpHandler = this.context.getBean(HttpHandler.class);
		boolean readsHeaders = this.context.containsBean(WebHttpHandlerBuilder.FORWARDED_HEADER_TRANSFORMER_BEAN_NAME);
		return new ExposedChain(paths.reserve(new ActuatorPaths(this.context).patterns()),
				readsHeaders ? new ReadForwardedHeaders(httpHandler) : httpHandler);
	}

}
