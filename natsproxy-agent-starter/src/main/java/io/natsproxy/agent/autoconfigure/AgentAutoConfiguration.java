package io.natsproxy.agent.autoconfigure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.agent.Agent;
import io.natsproxy.agent.AgentObservations;
import io.natsproxy.agent.AgentOptions;
import io.natsproxy.agent.Upstream;
import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.boot.autoconfigure.ServiceSettings;
import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.core.discovery.ServiceDiscovery;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.websocket.NatsWebSocketOptions;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration of agents: the upstreams of the properties are served over NATS for
 * as long as the application runs.
 */
@AutoConfiguration(after = { NatsExchangesAutoConfiguration.class, SslAutoConfiguration.class })
@ConditionalOnBooleanProperty(name = "natsproxy.agent.enabled", matchIfMissing = true)
@ConditionalOnBean(NatsExchanges.class)
@EnableConfigurationProperties(AgentProperties.class)
public final class AgentAutoConfiguration {

	private static final SettingChecks CHECK = new SettingChecks("natsproxy.agent");

	/**
	 * Whether there is a registry that Reactor Netty could measure with.
	 */
	private static final boolean METRICS = ClassUtils.isPresent("io.micrometer.core.instrument.MeterRegistry",
			AgentAutoConfiguration.class.getClassLoader());

	@Bean
	@ConditionalOnMissingBean
	AgentOptions natsproxyAgentOptions(AgentProperties properties, StreamOptions streams, NatsWebSocketOptions sockets,
			ObjectProvider<MessageFormat> format) {
		return new AgentOptions(CHECK.positive("max-in-flight", properties.maxInFlight()),
				CHECK.positive("max-streams", properties.maxStreams()),
				CHECK.bytes("max-head-size", properties.maxHeadSize(), 1), properties.verifySubject(), streams, sockets,
				format.getIfAvailable(), CHECK.notNegative("shutdown-grace-period", properties.shutdownGracePeriod()),
				properties.metrics() && METRICS);
	}

	@Bean
	@ConditionalOnMissingBean
	Agent natsproxyAgent(NatsExchanges exchanges, AgentProperties properties, AgentOptions options,
			ObjectProvider<SslBundles> bundles, ServiceSettings settings,
			ObjectProvider<AgentObservations> observations) {
		List<Upstream> upstreams = new UpstreamSettings(bundles.getIfAvailable()).of(properties.upstreams());
		return InvalidNatsSettingException.check("natsproxy.agent.upstreams", () -> new Agent(exchanges, upstreams,
				options, discovery(properties, settings), observations.getIfAvailable(() -> AgentObservations.NONE)));
	}

	private static Map<String, ServiceDiscovery> discovery(AgentProperties properties, ServiceSettings settings) {
		Map<String, ServiceDiscovery> discovery = new HashMap<>();
		for (int i = 0; i < properties.upstreams().size(); i++) {
			AgentProperties.Upstream upstream = properties.upstreams().get(i);
			String name = upstream.name();
			// One without a name is refused by the agent.
			ServiceDiscovery discovered = StringUtils.hasText(name)
					? settings.discovery(settings.description("natsproxy.agent.upstreams[" + i + "]", name,
							upstream.version(), upstream.description(), upstream.metadata()))
					: null;
			if (name != null && discovered != null) {
				discovery.put(name, discovered);
			}
		}
		return discovery;
	}

}
