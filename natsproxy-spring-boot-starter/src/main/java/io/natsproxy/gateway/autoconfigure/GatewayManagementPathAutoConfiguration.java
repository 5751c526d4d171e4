package io.natsproxy.gateway.autoconfigure;

import java.util.Map;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.GatewayHandlerMapping;

import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.server.WebHandler;

/**
 * Auto-configuration that keeps requests for management endpoints from services: where
 * endpoints are on the port of the gateway, one that is not exposed is not found.
 */
@AutoConfiguration(after = GatewayAutoConfiguration.class,
		afterName = "org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration")
@ConditionalOnClass({ WebEndpointProperties.class, ConditionalOnManagementPort.class })
@ConditionalOnBean({ GatewayHandler.class, WebEndpointProperties.class })
@ConditionalOnManagementPort(ManagementPortType.SAME)
@ConditionalOnBooleanProperty(name = "natsproxy.gateway.management-path-reserved", matchIfMissing = true)
public final class GatewayManagementPathAutoConfiguration {

	/**
	 * Stands behind the endpoints and all other mappings, and before the gateway. With
	 * endpoints at the root nothing is reserved, or the gateway would get nothing.
	 */
	@Bean
	@ConditionalOnMissingBean(name = "natsproxyManagementPathMapping")
	SimpleUrlHandlerMapping natsproxyManagementPathMapping(WebEndpointProperties endpoints, GatewayHandler gateway) {
		WebHandler notFound = (exchange) -> gateway.respond(exchange,
				NatsReply.problem(404, Problem.HEADERS, "There is no such management endpoint"));
		String path = endpoints.getBasePath();
		return new SimpleUrlHandlerMapping(path.isEmpty() ? Map.of() : Map.of(path + "/**", notFound),
				GatewayHandlerMapping.ORDER - 1);
	}

}
