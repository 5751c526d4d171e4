package io.natsproxy.gateway.autoconfigure.actuate;

import io.natsproxy.boot.actuate.NatsproxyEndpoint;
import io.natsproxy.boot.autoconfigure.NatsproxyProperties;
import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.boot.autoconfigure.actuate.NatsproxyEndpointAutoConfiguration;
import io.natsproxy.core.discovery.StatisticsPoll;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.gateway.autoconfigure.GatewayPageProperties;
import io.natsproxy.gateway.page.PageFeed;
import io.natsproxy.gateway.page.PageHints;
import io.natsproxy.gateway.page.PageSource;
import io.natsproxy.gateway.route.RouteTable;
import io.natsproxy.gateway.traffic.TrafficWatch;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;

/**
 * Auto-configuration of what the page for operators shows. The page itself stands where
 * the management endpoints are.
 *
 * @see GatewayPageManagementConfiguration
 */
@AutoConfiguration(after = { NatsproxyEndpointAutoConfiguration.class, GatewayEndpointAutoConfiguration.class })
@ConditionalOnClass(JsonMapper.class)
@ConditionalOnBean({ TrafficWatch.class, NatsproxyEndpoint.class })
@EnableConfigurationProperties(GatewayPageProperties.class)
@ImportRuntimeHints(PageHints.class)
public final class GatewayPageAutoConfiguration {

	private static final SettingChecks CHECK = new SettingChecks("natsproxy.gateway.page");

	@Bean
	@ConditionalOnMissingBean
	PageFeed natsproxyPageFeed(TrafficWatch traffic, NatsproxyEndpoint endpoint, ObjectProvider<RouteTable> routes,
			NatsExchanges exchanges, NatsproxyProperties natsproxy, GatewayPageProperties properties) {
		JsonMapper json = JsonMapper.builder().build();
		String prefix = natsproxy.discovery().prefix();
		PageSource source = new PageSource(traffic, endpoint::natsproxy,
				() -> (routes.getIfAvailable() != null) ? new StatisticsPoll(exchanges, prefix) : null);
		return new PageFeed(source, json::writeValueAsString, CHECK.positive("max-viewers", properties.maxViewers()));
	}

}
