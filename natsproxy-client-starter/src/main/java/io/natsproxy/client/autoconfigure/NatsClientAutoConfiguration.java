package io.natsproxy.client.autoconfigure;

import java.time.Duration;

import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.websocket.gateway.GatewayWebSockets;
import io.natsproxy.core.websocket.service.WebSocketCommands;
import io.natsproxy.core.wire.WireProtocol;
import io.natsproxy.webflux.client.NatsClientHttpConnector;
import io.natsproxy.webflux.client.NatsClientHttpRequestFactory;
import io.natsproxy.webflux.client.NatsWebSocketClient;
import io.natsproxy.webflux.websocket.NatsWebSockets;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.system.JavaVersion;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.socket.client.WebSocketClient;

/**
 * Auto-configuration of callers: a {@link WebClient.Builder}, a
 * {@link RestClient.Builder} and a {@link WebSocketClient} whose calls go over NATS, with
 * the qualifier {@value #QUALIFIER}. No bean here is a default candidate, so that clients
 * which call over HTTP remain what they are.
 */
@AutoConfiguration(after = { NatsExchangesAutoConfiguration.class, WebClientAutoConfiguration.class,
		RestClientAutoConfiguration.class })
@ConditionalOnBooleanProperty(name = "natsproxy.client.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ClientProperties.class)
public final class NatsClientAutoConfiguration {

	/**
	 * Qualifier of the beans that call over NATS.
	 */
	public static final String QUALIFIER = "nats";

	private static final SettingChecks CHECK = new SettingChecks("natsproxy.client");

	@Lazy
	@Bean(defaultCandidate = false)
	@Qualifier(QUALIFIER)
	@ConditionalOnMissingBean(name = "natsproxyClientCaller")
	NatsCaller natsproxyClientCaller(NatsExchanges exchanges, StreamOptions streams, ClientProperties properties) {
		int maxInFlight = CHECK.positive("max-in-flight", properties.maxInFlight());
		int maxStreams = CHECK.positive("max-streams", properties.maxStreams());
		return new NatsCaller(exchanges, new NatsCallerOptions(maxInFlight, maxStreams, maxInFlight, maxStreams,
				CHECK.bytes("max-head-size", properties.maxHeadSize(), 1),
				CHECK.bytes("max-control-line", properties.maxControlLine(), WireProtocol.CONTROL_LINE_RESERVE + 1),
				streams));
	}

	@Lazy
	@Bean
	@ConditionalOnMissingBean
	NatsWebSockets natsWebSockets(NatsExchanges exchanges, @Qualifier(QUALIFIER) NatsCaller caller,
			ClientProperties properties, NatsWebSocketOptions options) {
		return new NatsWebSockets(new WebSocketCommands(exchanges, caller, timeout(properties), options));
	}

	@Lazy
	@Bean(defaultCandidate = false)
	@Qualifier(QUALIFIER)
	@ConditionalOnMissingBean(name = "natsproxyClientSockets")
	GatewayWebSockets natsproxyClientSockets(NatsExchanges exchanges, @Qualifier(QUALIFIER) NatsCaller caller,
			NatsWebSocketOptions options) {
		return new GatewayWebSockets(exchanges, caller, options);
	}

	@Lazy
	@Bean(defaultCandidate = false)
	@Qualifier(QUALIFIER)
	@ConditionalOnMissingBean(name = "natsWebSocketClient")
	WebSocketClient natsWebSocketClient(@Qualifier(QUALIFIER) GatewayWebSockets sockets, ClientProperties properties) {
		return new NatsWebSocketClient(sockets, timeout(properties));
	}

	@Lazy
	@Bean(defaultCandidate = false)
	@Qualifier(QUALIFIER)
	@ConditionalOnMissingBean(name = "natsClientHttpConnector")
	ClientHttpConnector natsClientHttpConnector(@Qualifier(QUALIFIER) NatsCaller caller, ClientProperties properties) {
		return new NatsClientHttpConnector(caller, timeout(properties));
	}

	static Duration timeout(ClientProperties properties) {
		return CHECK.positive("timeout", properties.timeout());
	}

	@Lazy
	@Bean(defaultCandidate = false)
	@Qualifier(QUALIFIER)
	@ConditionalOnMissingBean(name = "natsClientHttpRequestFactory")
	ClientHttpRequestFactory natsClientHttpRequestFactory(@Qualifier(QUALIFIER) NatsCaller caller,
			ClientProperties properties) {
		return requestFactory(caller, timeout(properties));
	}

	/**
	 * Makes a factory that writes long bodies on virtual threads where there are any.
	 */
	static ClientHttpRequestFactory requestFactory(NatsCaller caller, Duration timeout) {
		return JavaVersion.getJavaVersion().isEqualOrNewerThan(JavaVersion.TWENTY_ONE)
				? new NatsClientHttpRequestFactory(caller, timeout, new VirtualThreadTaskExecutor("natsproxy-body-"))
				: new NatsClientHttpRequestFactory(caller, timeout);
	}

	@Lazy
	@Bean(defaultCandidate = false)
	@Qualifier(QUALIFIER)
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@ConditionalOnMissingBean(name = "natsRestClientBuilder")
	RestClient.Builder natsRestClientBuilder(@Qualifier(QUALIFIER) ClientHttpRequestFactory requestFactory,
			ObjectProvider<RestClientCustomizer> customizers) {
		RestClient.Builder builder = RestClient.builder();
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return builder.requestFactory(requestFactory);
	}

	@Lazy
	@Bean(defaultCandidate = false)
	@Qualifier(QUALIFIER)
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@ConditionalOnMissingBean(name = "natsWebClientBuilder")
	WebClient.Builder natsWebClientBuilder(@Qualifier(QUALIFIER) ClientHttpConnector connector,
			ObjectProvider<WebClientCustomizer> customizers) {
		WebClient.Builder builder = WebClient.builder();
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return builder.clientConnector(connector);
	}

}
