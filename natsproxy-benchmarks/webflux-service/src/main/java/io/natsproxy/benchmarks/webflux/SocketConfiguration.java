package io.natsproxy.benchmarks.webflux;

import java.util.Map;

import io.natsproxy.benchmarks.handlers.EchoSocketHandler;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;

/**
 * The WebSockets of the service.
 */
@Configuration(proxyBeanMethods = false)
class SocketConfiguration {

	@Bean
	HandlerMapping sockets() {
		return new SimpleUrlHandlerMapping(
				Map.of("/ws/echo", new EchoSocketHandler(), "/ws/group", new GroupSocketHandler()), -1);
	}

}
