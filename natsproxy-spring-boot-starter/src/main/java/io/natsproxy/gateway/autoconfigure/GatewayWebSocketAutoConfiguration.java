package io.natsproxy.gateway.autoconfigure;

import java.time.Duration;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.websocket.gateway.GatewayWebSockets;
import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.headers.ForwardedHeaders;
import io.natsproxy.gateway.headers.OwnOrigin;
import io.natsproxy.gateway.websocket.OriginCheck;
import io.natsproxy.gateway.websocket.WebSocketGateway;
import io.natsproxy.gateway.websocket.WebSocketLifecycle;
import io.natsproxy.gateway.websocket.WebSocketOptions;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of WebSockets at the gateway.
 */
@AutoConfiguration(after = GatewayAutoConfiguration.class)
@ConditionalOnBean(GatewayHandler.class)
@ConditionalOnBooleanProperty(name = "natsproxy.gateway.websocket.enabled", matchIfMissing = true)
public final class GatewayWebSocketAutoConfiguration {

	private static final SettingChecks CHECK = new SettingChecks("natsproxy.gateway.websocket");

	@Bean
	@ConditionalOnMissingBean
	GatewayWebSockets natsproxySocketGateway(NatsExchanges exchanges,
			@Qualifier("natsproxyGatewayCaller") NatsCaller caller, NatsWebSocketOptions options) {
		if (!exchanges.transports().stream().allMatch(caller::isOn)) {
			throw new InvalidNatsSettingException(
					"The bean natsproxyGatewayCaller is not on all connections of the NatsExchanges bean, "
							+ "which the WebSockets of the gateway need.",
					"Make that bean of the NatsExchanges bean, declare a GatewayWebSockets bean that fits it, "
							+ "or set natsproxy.gateway.websocket.enabled=false.",
					null);
		}
		return new GatewayWebSockets(exchanges, caller, options);
	}

	@Bean
	@ConditionalOnMissingBean
	WebSocketGateway natsproxyWebSocketGateway(GatewayHandler gateway, GatewayWebSockets sockets,
			NatsExchanges exchanges, ForwardedHeaders forwardedHeaders, NatsWebSocketOptions socketOptions,
			GatewayProperties properties) {
		GatewayProperties.WebSocket settings = properties.websocket();
		OriginCheck originCheck = CHECK.made("allowed-origin-patterns",
				() -> new OriginCheck(new OwnOrigin(forwardedHeaders), settings.allowedOriginPatterns()));
		return new WebSocketGateway(gateway, sockets, exchanges.timer(), originCheck, options(settings, socketOptions));
	}

	private static WebSocketOptions options(GatewayProperties.WebSocket settings, NatsWebSocketOptions sockets) {
		int maxSockets = CHECK.positive("max-sockets", settings.maxSockets());
		Integer maxPerAddress = settings.maxSocketsPerAddress();
		boolean close = settings.slowClient() == GatewayProperties.SlowClient.CLOSE;
		Duration idleTimeout = settings.idleTimeout();
		Duration slowClientTimeout = CHECK.notNegative("slow-client-timeout", settings.slowClientTimeout());
		return new WebSocketOptions(CHECK.positive("handshake-timeout", settings.handshakeTimeout()), maxSockets,
				(maxPerAddress != null) ? CHECK.notNegative("max-sockets-per-address", maxPerAddress)
						: Math.max(1, maxSockets / 2),
				sockets.maxMessageSize(), settings.compress(), settings.forwardPings(),
				CHECK.notNegative("ping-interval", settings.pingInterval()),
				(idleTimeout != null) ? CHECK.notNegative("idle-timeout", idleTimeout) : Duration.ZERO,
				close ? slowClientTimeout : Duration.ZERO);
	}

	@Bean
	@ConditionalOnMissingBean
	WebSocketLifecycle natsproxyWebSocketLifecycle(WebSocketGateway gateway) {
		return new WebSocketLifecycle(gateway);
	}

}
