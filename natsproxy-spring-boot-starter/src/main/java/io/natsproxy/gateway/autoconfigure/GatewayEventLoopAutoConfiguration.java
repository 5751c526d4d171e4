package io.natsproxy.gateway.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.boot.autoconfigure.NatsConnectionAutoConfiguration;
import io.natsproxy.boot.autoconfigure.NatsProperties;
import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.core.liveness.Watched;
import io.natsproxy.core.transport.netty.EventLoops;
import io.natsproxy.core.transport.netty.SharedEventLoops;
import io.natsproxy.core.transport.netty.TransportUnavailableException;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import reactor.netty.ReactorNetty;
import reactor.netty.resources.LoopResources;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.http.client.ReactorResourceFactory;

/**
 * Auto-configuration of event loops that the HTTP server and the connections to NATS
 * share, unless the application says by a {@link ReactorResourceFactory} of its own where
 * its servers run, and does not ask for it by the property. They are made before both,
 * and so disposed of after both.
 */
@AutoConfiguration(before = { NatsConnectionAutoConfiguration.class, NettyReactiveWebServerAutoConfiguration.class })
@ConditionalOnWebApplication(type = Type.REACTIVE)
@ConditionalOnClass(NettyReactiveWebServerFactory.class)
@Conditional(GatewayEventLoopAutoConfiguration.OnDefaultOrRequest.class)
@ConditionalOnBooleanProperty(name = "natsproxy.gateway.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "natsproxy.gateway.event-loops.shared", matchIfMissing = true)
@ConditionalOnProperty(name = "natsproxy.nats.transport", havingValue = "netty", matchIfMissing = true)
@EnableConfigurationProperties({ GatewayProperties.class, NatsProperties.class })
public final class GatewayEventLoopAutoConfiguration {

	private static final SettingChecks CHECK = new SettingChecks("natsproxy.gateway.event-loops");

	private static final int MIN_LOOPS = 2;

	private static final int MAX_CONNECTIONS = 8;

	@Bean(defaultCandidate = false, destroyMethod = "dispose")
	@Qualifier("natsproxyEventLoops")
	@ConditionalOnMissingBean(name = "natsproxyEventLoops")
	SharedLoopResources natsproxyEventLoops(GatewayProperties properties, NatsProperties natsProperties) {
		Integer given = properties.eventLoops().count();
		int count = (given != null) ? CHECK.positive("count", given) : defaultCount();
		try {
			return new SharedLoopResources(
					EventLoops.shared(natsProperties.eventLoop().transport(), count, "natsproxy"));
		}
		catch (TransportUnavailableException ex) {
			throw InvalidNatsSettingException.unavailable(ex);
		}
	}

	private static int defaultCount() {
		return Integer.getInteger(ReactorNetty.IO_WORKER_COUNT,
				Math.max(MIN_LOOPS, Runtime.getRuntime().availableProcessors()));
	}

	/**
	 * Returns the event loops that the HTTP server takes, of several groups that there
	 * may be.
	 */
	private static EventLoopGroup serverLoops(LoopResources eventLoops) {
		return eventLoops.onServer(LoopResources.DEFAULT_NATIVE);
	}

	@Bean
	Watched natsproxyWatchedEventLoops(@Qualifier("natsproxyEventLoops") LoopResources eventLoops) {
		return (eventLoops instanceof Watched watched) ? watched::watchedBy : (heartbeat) -> serverLoops(eventLoops)
			.forEach((loop) -> heartbeat.watch("natsproxy-event-loop", loop));
	}

	@Bean
	@ConditionalOnMissingBean
	SharedEventLoops natsproxyNatsEventLoops(@Qualifier("natsproxyEventLoops") LoopResources eventLoops,
			GatewayProperties properties) {
		EventLoopGroup group = serverLoops(eventLoops);
		List<EventLoop> loops = new ArrayList<>();
		group.forEach((loop) -> loops.add((EventLoop) loop));
		Integer connections = properties.eventLoops().connections();
		return new SharedEventLoops(loops, eventLoops.onChannelClass(SocketChannel.class, group), (connections != null)
				? CHECK.between("connections", connections, 1, loops.size()) : Math.min(loops.size(), MAX_CONNECTIONS));
	}

	@Bean
	WebServerFactoryCustomizer<NettyReactiveWebServerFactory> natsproxyEventLoopCustomizer(
			@Qualifier("natsproxyEventLoops") LoopResources eventLoops) {
		// What a server customizer says of event loops is overridden by the resource
		// factory.
		ReactorResourceFactory resources = new ReactorResourceFactory();
		resources.setUseGlobalResources(false);
		resources.setLoopResources(eventLoops);
		return (factory) -> factory.setResourceFactory(resources);
	}

	/**
	 * Matches where nothing else has been said, or sharing has been asked for.
	 */
	static final class OnDefaultOrRequest extends AnyNestedCondition {

		OnDefaultOrRequest() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnMissingBean(ReactorResourceFactory.class)
		static final class OnDefault {

		}

		@ConditionalOnBooleanProperty("natsproxy.gateway.event-loops.shared")
		static final class OnRequest {

		}

	}

}
