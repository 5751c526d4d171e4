package io.natsproxy.it.stream;

import io.natsproxy.gateway.hook.ResponseHook;
import io.natsproxy.webflux.path.PathCondition;
import io.netty.channel.ChannelOption;
import reactor.core.publisher.Mono;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A gateway whose sockets buffer little, so that a test can tell what else is buffered,
 * and which has hooks.
 */
@Configuration(proxyBeanMethods = false)
class StreamGateway {

	static final int SOCKET_BUFFER = 64 * 1024;

	@Bean
	NettyServerCustomizer smallSocketBuffers() {
		return (server) -> server.option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER)
			.childOption(ChannelOption.SO_SNDBUF, SOCKET_BUFFER);
	}

	@Bean
	ResponseHook header() {
		return ResponseHook.of(PathCondition.pattern("/stream/hook-header/**"), (request, response) -> Mono
			.fromRunnable(() -> response.getHeaders().set("X-Hook", "streamed " + (response.getStream() != null))));
	}

	@Bean
	ResponseHook body() {
		return ResponseHook.of(PathCondition.pattern("/stream/hook-body/**"),
				(request, response) -> Mono.fromRunnable(() -> response.setBody("replaced".getBytes())));
	}

	@Bean
	ResponseHook failing() {
		return ResponseHook.of(PathCondition.pattern("/stream/hook-failing/**"),
				(request, response) -> Mono.error(new IllegalStateException("secret")));
	}

}
