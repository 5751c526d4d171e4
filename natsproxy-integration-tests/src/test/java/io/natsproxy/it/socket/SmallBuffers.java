package io.natsproxy.it.socket;

import io.netty.channel.ChannelOption;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A gateway whose sockets buffer little, so that a test can tell what else is buffered.
 */
@Configuration(proxyBeanMethods = false)
class SmallBuffers {

	@Bean
	NettyServerCustomizer smallSocketBuffers() {
		return (server) -> server.option(ChannelOption.SO_RCVBUF, 64 * 1024)
			.childOption(ChannelOption.SO_SNDBUF, 64 * 1024);
	}

}
