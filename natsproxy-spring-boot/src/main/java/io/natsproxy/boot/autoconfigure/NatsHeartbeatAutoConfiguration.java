package io.natsproxy.boot.autoconfigure;

import java.time.Duration;

import io.natsproxy.core.liveness.Heartbeat;
import io.natsproxy.core.liveness.Watched;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the heartbeat, which watches all that is {@link Watched}.
 */
@AutoConfiguration(after = NatsExchangesAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "natsproxy.heartbeat.enabled", matchIfMissing = true)
@EnableConfigurationProperties(NatsproxyProperties.class)
public final class NatsHeartbeatAutoConfiguration {

	private static final SettingChecks CHECK = new SettingChecks("natsproxy.heartbeat");

	@Bean
	@ConditionalOnMissingBean
	Heartbeat natsproxyHeartbeat(ObjectProvider<Watched> watched, NatsproxyProperties properties) {
		Duration interval = CHECK.positive("interval", properties.heartbeat().interval());
		Duration lostAfter = CHECK.positive("lost-after", properties.heartbeat().lostAfter());
		Heartbeat heartbeat = InvalidNatsSettingException.check("natsproxy.heartbeat.lost-after",
				() -> new Heartbeat(interval, lostAfter));
		watched.orderedStream().forEach((each) -> each.watchedBy(heartbeat));
		heartbeat.start();
		return heartbeat;
	}

}
