package io.natsproxy.benchmarks.nats;

import io.natsproxy.benchmarks.handlers.EchoSocketHandler;
import io.natsproxy.webflux.annotation.NatsWebSocket;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.WebSocketHandler;

/**
 * The WebSocket handler that all chains share.
 */
@Configuration(proxyBeanMethods = false)
class SocketConfiguration {

	@Bean
	@NatsWebSocket("/ws/echo")
	WebSocketHandler echo() {
		return new EchoSocketHandler();
	}

}
