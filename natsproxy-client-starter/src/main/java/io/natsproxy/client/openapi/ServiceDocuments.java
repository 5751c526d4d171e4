package io.natsproxy.client.openapi;

import io.natsproxy.core.discovery.ServiceDescription;
import io.natsproxy.core.discovery.ServiceDocument;
import io.natsproxy.webflux.server.NatsHandler;
import org.jspecify.annotations.Nullable;

/**
 * Makes the OpenAPI documents of services. Called once for each start of a service, on a
 * thread that may be blocked.
 */
@FunctionalInterface
public interface ServiceDocuments {

	/**
	 * Makes the document of a service.
	 * @param service what the service tells of itself
	 * @param handler its routes, and what stands behind them
	 * @return the document, or {@code null} if there is nothing to be told that the
	 * routes do not tell by themselves
	 */
	@Nullable ServiceDocument make(ServiceDescription service, NatsHandler handler);

}
