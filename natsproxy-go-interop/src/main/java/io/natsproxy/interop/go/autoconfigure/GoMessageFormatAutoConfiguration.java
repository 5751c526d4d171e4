package io.natsproxy.interop.go.autoconfigure;

import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.interop.go.GoMessageFormat;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the Go project's format: services read it, and gateways may be
 * told to write it.
 */
@AutoConfiguration
public final class GoMessageFormatAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(MessageFormat.class)
	GoMessageFormat goMessageFormat() {
		return new GoMessageFormat();
	}

}
