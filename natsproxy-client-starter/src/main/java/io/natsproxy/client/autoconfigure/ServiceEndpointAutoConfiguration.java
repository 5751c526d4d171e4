package io.natsproxy.client.autoconfigure;

import io.natsproxy.boot.actuate.NatsproxyEndpoint;
import io.natsproxy.boot.actuate.NatsproxyEndpointContributor;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import io.natsproxy.webflux.server.NatsServer;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration of what a service adds to the endpoint {@code natsproxy}, where that
 * is exposed.
 */
@AutoConfiguration(after = NatsServiceAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean({ NatsServer.class, WebSocketAcceptor.class })
@ConditionalOnAvailableEndpoint(NatsproxyEndpoint.class)
public final class ServiceEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "natsproxyServiceContributor")
	@Order(200)
	NatsproxyEndpointContributor natsproxyServiceContributor(NatsServer server, WebSocketAcceptor sockets) {
		return new ServiceContributor(server, sockets);
	}

}
