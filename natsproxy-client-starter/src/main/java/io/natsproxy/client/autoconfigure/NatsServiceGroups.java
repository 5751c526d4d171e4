package io.natsproxy.client.autoconfigure;

import java.time.Duration;
import java.util.Locale;

import io.natsproxy.boot.autoconfigure.SettingChecks;

import org.springframework.boot.http.client.autoconfigure.HttpClientProperties;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientProperties;
import org.springframework.util.StringUtils;
import org.springframework.web.service.registry.HttpServiceGroup;

/**
 * The groups of HTTP service clients that call over NATS: those whose base URL has the
 * scheme {@code nats}.
 */
final class NatsServiceGroups {

	/**
	 * The order of what configures them: after the properties and customizers of Spring
	 * Boot, which set how a client calls, and before what applications configure.
	 */
	static final int ORDER = 100;

	private static final String SCHEME = "nats:";

	private final HttpServiceClientProperties properties;

	private final Duration defaultTimeout;

	NatsServiceGroups(HttpServiceClientProperties properties, Duration defaultTimeout) {
		this.properties = properties;
		this.defaultTimeout = defaultTimeout;
	}

	boolean contains(HttpServiceGroup group) {
		HttpClientProperties settings = this.properties.get(group.name());
		String url = (settings != null) ? settings.getBaseUrl() : null;
		return StringUtils.hasText(url) && url.trim().toLowerCase(Locale.ROOT).startsWith(SCHEME);
	}

	/**
	 * Returns how long a call of a group may take.
	 * @throws io.natsproxy.boot.autoconfigure.InvalidNatsSettingException if its time-out
	 * is not positive
	 */
	Duration timeout(HttpServiceGroup group) {
		HttpClientProperties settings = this.properties.get(group.name());
		Duration timeout = (settings != null) ? settings.getReadTimeout() : null;
		return (timeout != null)
				? new SettingChecks("spring.http.serviceclient." + group.name()).positive("read-timeout", timeout)
				: this.defaultTimeout;
	}

}
