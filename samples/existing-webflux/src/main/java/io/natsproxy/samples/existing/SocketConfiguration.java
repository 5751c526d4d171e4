package io.natsproxy.samples.existing;

import java.util.Map;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;

/**
 * A WebSocket that answers in upper case.
 */
@Configuration(proxyBeanMethods = false)
class SocketConfiguration {

	@Bean
	HandlerMapping sockets() {
		WebSocketHandler shout = (session) -> session
			.send(session.receive().map((message) -> session.textMessage(message.getPayloadAsText().toUpperCase())));
		return new SimpleUrlHandlerMapping(Map.of("/shout", shout), -1);
	}

}
