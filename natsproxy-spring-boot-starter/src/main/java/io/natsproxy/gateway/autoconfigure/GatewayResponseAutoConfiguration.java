package io.natsproxy.gateway.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.response.CompressionFields;
import io.natsproxy.gateway.response.ConfiguredFields;
import io.natsproxy.gateway.response.FieldRule;
import io.natsproxy.gateway.response.FieldRules;
import io.natsproxy.webflux.path.PathCondition;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.web.server.Compression;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.MimeTypeUtils;

/**
 * Auto-configuration of what is done last to the header fields of responses: what the
 * settings say, and then what compression needs.
 */
@AutoConfiguration(after = GatewayAutoConfiguration.class)
@ConditionalOnBean(GatewayHandler.class)
public final class GatewayResponseAutoConfiguration {

	private static final SettingChecks CHECK = new SettingChecks("natsproxy.gateway");

	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	@ConditionalOnMissingBean
	FieldRules natsproxyFieldRules(ApplicationContext context, GatewayProperties properties,
			ObjectProvider<ServerProperties> server) {
		List<FieldRule> rules = new ArrayList<>();
		List<GatewayProperties.ResponseHeaders> headers = properties.responseHeaders();
		for (int i = 0; i < headers.size(); i++) {
			GatewayProperties.ResponseHeaders each = headers.get(i);
			rules.add(CHECK.made("response-headers[" + i + "]", () -> rule(each)));
		}
		server.ifAvailable((each) -> {
			if (each.getCompression().getEnabled()) {
				rules.add(rule(each.getCompression()));
			}
		});
		return new FieldRules(context, rules);
	}

	private static FieldRule rule(GatewayProperties.ResponseHeaders headers) {
		PathCondition path = PathCondition.of(headers.path(), headers.regex());
		return new ConfiguredFields((path != null) ? path : PathCondition.any(), headers.remove(), headers.set(),
				headers.add());
	}

	private static FieldRule rule(Compression compression) {
		String[] excluded = compression.getExcludedUserAgents();
		return new CompressionFields(
				Stream.of(compression.getAllMimeTypes()).map(MimeTypeUtils::parseMimeType).toList(),
				(excluded != null) ? List.of(excluded) : List.of(), compression.getMinResponseSize().toBytes());
	}

}
