package io.natsproxy.boot.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What gateway, services and callers have to agree on, {@code natsproxy.*}.
 */
@ConfigurationProperties("natsproxy")
public class NatsproxyProperties {

	/**
	 * Prefix of the subjects of all requests, such as "shop" for "shop.GET:.orders". None
	 * by default. Gateway, services and callers must use the same.
	 */
	private @Nullable String subjectPrefix;

	public @Nullable String getSubjectPrefix() {
		return this.subjectPrefix;
	}

	public void setSubjectPrefix(@Nullable String subjectPrefix) {
		this.subjectPrefix = subjectPrefix;
	}

}
