package io.natsproxy.agent.autoconfigure;

import java.util.List;
import java.util.stream.IntStream;

import javax.net.ssl.SSLException;

import io.natsproxy.agent.HealthCheck;
import io.natsproxy.agent.Upstream;
import io.natsproxy.agent.UpstreamConnections;
import io.natsproxy.agent.UpstreamRequests;
import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.util.StringUtils;

/**
 * Makes upstreams of properties, and names the property that is wrong.
 */
final class UpstreamSettings {

	private static final SettingChecks CHECK = new SettingChecks("natsproxy.agent");

	private static final String PRESERVE = "preserve";

	private final @Nullable SslBundles bundles;

	UpstreamSettings(@Nullable SslBundles bundles) {
		this.bundles = bundles;
	}

	/**
	 * Returns the upstreams.
	 * @throws InvalidNatsSettingException if a property is missing or malformed
	 */
	List<Upstream> of(List<AgentProperties.Upstream> properties) {
		return IntStream.range(0, properties.size())
			.mapToObj((i) -> of(properties.get(i), "upstreams[" + i + "]"))
			.toList();
	}

	private Upstream of(AgentProperties.Upstream properties, String name) {
		return CHECK.made(name,
				() -> new Upstream(CHECK.present(name + ".name", properties.name()), properties.paths(),
						CHECK.present(name + ".url", properties.url()), requests(properties),
						connections(properties, name), health(properties, name)));
	}

	private static UpstreamRequests requests(AgentProperties.Upstream properties) {
		return new UpstreamRequests(properties.methods(),
				StringUtils.hasText(properties.stripPrefix()) ? properties.stripPrefix() : null,
				PRESERVE.equals(properties.host()) ? null : properties.host(), properties.headers());
	}

	private UpstreamConnections connections(AgentProperties.Upstream properties, String name) {
		return new UpstreamConnections(CHECK.positive(name + ".pool-size", properties.poolSize()),
				CHECK.notNegative(name + ".max-idle-time", properties.maxIdleTime()),
				CHECK.notNegative(name + ".max-web-sockets", properties.maxWebSockets()),
				CHECK.positive(name + ".connect-timeout", properties.connectTimeout()),
				CHECK.positive(name + ".response-timeout", properties.responseTimeout()),
				CHECK.positive(name + ".stall-timeout", properties.stallTimeout()),
				CHECK.bytes(name + ".max-response-head-size", properties.maxResponseHeadSize(), 1),
				ssl(properties.ssl().bundle(), name + ".ssl.bundle"));
	}

	private static @Nullable HealthCheck health(AgentProperties.Upstream properties, String name) {
		String target = properties.health();
		return StringUtils.hasText(target)
				? new HealthCheck(target, CHECK.positive(name + ".health-interval", properties.healthInterval()),
						CHECK.positive(name + ".health-timeout", properties.healthTimeout()),
						CHECK.positive(name + ".health-failures", properties.healthFailures()))
				: null;
	}

	private @Nullable SslContext ssl(@Nullable String name, String property) {
		if (!StringUtils.hasText(name)) {
			return null;
		}
		return CHECK.made(property, () -> {
			if (this.bundles == null) {
				throw new IllegalArgumentException("There are no SSL bundles");
			}
			try {
				return ssl(this.bundles.getBundle(name));
			}
			catch (NoSuchSslBundleException ex) {
				throw new IllegalArgumentException("There is no SSL bundle '" + name + "'", ex);
			}
			catch (SSLException ex) {
				throw new IllegalArgumentException("SSL bundle '" + name + "' cannot be used: " + ex.getMessage(), ex);
			}
		});
	}

	private static SslContext ssl(SslBundle bundle) throws SSLException {
		SslContextBuilder builder = SslContextBuilder.forClient()
			.keyManager(bundle.getManagers().getKeyManagerFactory())
			.trustManager(bundle.getManagers().getTrustManagerFactory());
		SslOptions options = bundle.getOptions();
		if (options.getCiphers() != null) {
			builder.ciphers(List.of(options.getCiphers()));
		}
		if (options.getEnabledProtocols() != null) {
			builder.protocols(options.getEnabledProtocols());
		}
		return builder.build();
	}

}
