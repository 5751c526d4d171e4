package io.natsproxy.client.openapi;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.natsproxy.webflux.server.NatsHandler;
import org.springdoc.webflux.core.providers.SpringWebFluxProvider;

import org.springframework.context.ApplicationContext;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.accept.ApiVersionStrategy;
import org.springframework.web.reactive.result.method.RequestMappingInfo;

/**
 * Shows springdoc the methods of a service, whose mapping is no bean.
 */
class NatsWebProvider extends SpringWebFluxProvider {

	private final Map<RequestMappingInfo, HandlerMethod> methods;

	NatsWebProvider(ApplicationContext application, NatsHandler handler) {
		super(Optional.ofNullable(application.getBeanProvider(ApiVersionStrategy.class).getIfAvailable()));
		this.methods = new HashMap<>(DescribedMethods.of(application, handler.handlers()));
	}

	@Override
	public Map<RequestMappingInfo, HandlerMethod> getHandlerMethods() {
		return this.methods;
	}

}
