package io.natsproxy.boot.autoconfigure;

import java.util.List;

import io.nats.client.Connection;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.management.ServiceManagement;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.websocket.NatsWebSocketMessage;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.wire.WireProtocol;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of what makes callers and listeners on the connection.
 */
@AutoConfiguration(after = NatsConnectionAutoConfiguration.class)
@ConditionalOnBean(Connection.class)
@EnableConfigurationProperties({ NatsproxyProperties.class, NatsProperties.class })
public final class NatsExchangesAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	StreamOptions natsStreamOptions(NatsproxyProperties properties) {
		NatsproxyProperties.Stream stream = properties.stream();
		SettingChecks check = new SettingChecks("natsproxy.stream");
		int window = check.bytes("window", stream.window(), 1);
		return new StreamOptions(window, Math.max(window, check.bytes("max-window", stream.maxWindow(), 1)),
				WireProtocol.MAX_FRAME_SIZE, check.positive("lost-after", stream.lostAfter()),
				check.notNegative("idle-timeout", stream.idleTimeout()),
				check.notNegative("processing-after", stream.processingAfter()));
	}

	@Bean
	@ConditionalOnMissingBean
	NatsWebSocketOptions natsSocketOptions(NatsproxyProperties properties, StreamOptions streams) {
		NatsproxyProperties.WebSocket socket = properties.websocket();
		SettingChecks check = new SettingChecks("natsproxy.websocket");
		return new NatsWebSocketOptions(check.bytes("window", socket.window(), 1),
				check.bytes("max-message-size", socket.maxMessageSize(), NatsWebSocketMessage.MAX_CONTROL_SIZE),
				streams, check.notNegative("foreign-idle-timeout", socket.foreignIdleTimeout()));
	}

	@Bean
	@ConditionalOnMissingBean
	ByteBudget natsproxyByteBudget(NatsproxyProperties properties) {
		return new ByteBudget(properties.memory().budget().bytes());
	}

	@Bean
	@ConditionalOnMissingBean
	ServiceSettings natsproxyServiceSettings(NatsproxyProperties properties, Environment environment,
			ObjectProvider<BuildProperties> build, ObjectProvider<ServiceManagement> management) {
		return new ServiceSettings(properties, environment, build, management);
	}

	@Bean
	@ConditionalOnMissingBean
	NatsExchanges natsExchanges(Connection connection, NatsproxyProperties properties, NatsProperties nats,
			ByteBudget budget) {
		String prefix = properties.subjectPrefix();
		List<String> replyPrefixes = InvalidNatsSettingException.check("natsproxy.nats.reply-prefixes",
				() -> ReplySubjects.checked(nats.replyPrefixes()));
		return InvalidNatsSettingException.check("natsproxy.subject-prefix",
				() -> new NatsExchanges(connection, (prefix != null) ? prefix : "", replyPrefixes, budget));
	}

}
