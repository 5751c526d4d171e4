package io.natsproxy.gateway.autoconfigure;

import java.time.Duration;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.core.exchange.NatsCaller;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.socket.SocketGateway;
import io.natsproxy.core.socket.SocketOptions;
import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.headers.ForwardedHeaders;
import io.natsproxy.gateway.socket.OriginCheck;
import io.natsproxy.gateway.socket.WebSocketGateway;
import io.natsproxy.gateway.socket.WebSocketLifecycle;
import io.natsproxy.gateway.socket.WebSocketOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of WebSockets at the gateway.
 */
@AutoConfiguration(after = GatewayAutoConfiguration.class)
@ConditionalOnBean(GatewayHandler.class)
@ConditionalOnBooleanProperty(name = "natsproxy.gateway.websocket.enabled", matchIfMissing = true)
public final class GatewayWebSocketAutoConfiguration {

	@Bean
	SocketGateway natsproxySocketGateway(NatsExchanges exchanges,
			@Qualifier("natsproxyGatewayCaller") NatsCaller caller, SocketOptions options) {
		return new SocketGateway(exchanges, caller, options);
	}

	@Bean
	WebSocketGateway natsproxyWebSocketGateway(GatewayHandler gateway, SocketGateway sockets, NatsExchanges exchanges,
			ForwardedHeaders forwardedHeaders, SocketOptions socketOptions, GatewayProperties properties) {
		GatewayProperties.WebSocket settings = properties.websocket();
		OriginCheck originCheck = InvalidNatsSettingException.check(
				"natsproxy.gateway.websocket.allowed-origin-patterns",
				() -> new OriginCheck(forwardedHeaders, settings.allowedOriginPatterns()));
		WebSocketOptions options = InvalidNatsSettingException
			.check("natsproxy.gateway.websocket.handshake-timeout, max-sockets, max-sockets-per-address, ping-interval,"
					+ " idle-timeout or slow-client-timeout", () -> options(settings, socketOptions));
		return new WebSocketGateway(gateway, sockets, exchanges.timer(), originCheck, options);
	}

	private static WebSocketOptions options(GatewayProperties.WebSocket settings, SocketOptions sockets) {
		Integer maxPerAddress = settings.maxSocketsPerAddress();
		boolean close = settings.slowClient() == GatewayProperties.SlowClient.CLOSE;
		return new WebSocketOptions(settings.handshakeTimeout(), settings.maxSockets(),
				(maxPerAddress != null) ? maxPerAddress : 0, sockets.maxMessageSize(), settings.compress(),
				settings.forwardPings(), settings.pingInterval(), orZero(settings.idleTimeout()),
				close ? settings.slowClientTimeout() : Duration.ZERO);
	}

	private static Duration orZero(@Nullable Duration duration) {
		return (duration != null) ? duration : Duration.ZERO;
	}

	@Bean
	WebSocketLifecycle natsproxyWebSocketLifecycle(WebSocketGateway gateway) {
		return new WebSocketLifecycle(gateway);
	}

}
