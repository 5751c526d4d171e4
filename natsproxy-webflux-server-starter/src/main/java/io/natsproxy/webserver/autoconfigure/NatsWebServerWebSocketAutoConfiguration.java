package io.natsproxy.webserver.autoconfigure;

import io.natsproxy.client.autoconfigure.NatsServiceAutoConfiguration;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import io.natsproxy.webflux.websocket.ExposedWebSocketPostProcessor;
import io.natsproxy.webserver.NatsReactiveWebServerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the WebSockets of an application whose web server is one of NATS,
 * whoever has made its factory.
 */
@AutoConfiguration(after = { NatsWebServerAutoConfiguration.class, NatsServiceAutoConfiguration.class })
@ConditionalOnBean({ NatsReactiveWebServerFactory.class, WebSocketAcceptor.class })
public final class NatsWebServerWebSocketAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	static ExposedWebSocketPostProcessor natsproxyExposedWebSocketPostProcessor(
			ObjectProvider<WebSocketAcceptor> sockets) {
		return new ExposedWebSocketPostProcessor(sockets::getObject);
	}

}
