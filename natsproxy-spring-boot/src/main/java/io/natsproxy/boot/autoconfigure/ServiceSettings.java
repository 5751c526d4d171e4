package io.natsproxy.boot.autoconfigure;

import java.util.Map;
import java.util.stream.Stream;

import io.natsproxy.core.discovery.ServiceDescription;
import io.natsproxy.core.discovery.ServiceDiscovery;
import io.natsproxy.core.management.ServiceManagement;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Makes what others discover of a service from properties, and names the property that is
 * wrong.
 */
public final class ServiceSettings {

	private static final String APPLICATION_VERSION = "spring.application.version";

	private final NatsproxyProperties.Discovery discovery;

	private final Environment environment;

	private final @Nullable BuildProperties build;

	private final ServiceManagement management;

	/**
	 * Creates settings.
	 * @param properties the properties of discovery
	 * @param environment knows the version of the application
	 * @param build knows it too, where the application has been built so
	 * @param management has the management endpoints of the application, where there are
	 * any
	 */
	public ServiceSettings(NatsproxyProperties properties, Environment environment,
			ObjectProvider<BuildProperties> build, ObjectProvider<ServiceManagement> management) {
		this.discovery = properties.discovery();
		this.environment = environment;
		this.build = build.getIfAvailable();
		this.management = management.getIfAvailable(() -> ServiceManagement.NONE);
	}

	/**
	 * Returns what others discover.
	 * @param description what the service tells of itself
	 * @return the settings, or {@code null} where nothing is to be discovered
	 * @throws InvalidNatsSettingException if the prefix is malformed
	 */
	public @Nullable ServiceDiscovery discovery(ServiceDescription description) {
		return this.discovery.enabled()
				? InvalidNatsSettingException.check("natsproxy.discovery.prefix",
						() -> new ServiceDiscovery(this.discovery.prefix(), description).management(this.management))
				: null;
	}

	/**
	 * Returns what a service tells of itself.
	 * @param prefix what the names of the properties begin with, without a dot at the end
	 * @param queueGroup the queue group, of which the name is made
	 * @param version the version; {@code null} for that of the build, or of the
	 * application
	 * @param description a text for people; {@code null} for none
	 * @param metadata whatever else there is to tell
	 * @return the description
	 * @throws InvalidNatsSettingException if a property is malformed
	 */
	public ServiceDescription description(String prefix, String queueGroup, @Nullable String version,
			@Nullable String description, Map<String, String> metadata) {
		String own = StringUtils.hasText(version) ? version : null;
		String name = ServiceDescription.nameOf(queueGroup);
		ServiceDescription plain = (own != null)
				? InvalidNatsSettingException.check(prefix + ".version", () -> new ServiceDescription(name, own))
				: new ServiceDescription(name, version());
		return InvalidNatsSettingException.check(prefix + ".metadata", () -> new ServiceDescription(plain.name(),
				plain.version(), (description != null) ? description : "", metadata));
	}

	/**
	 * Finds a version that is one as Semantic Versioning has it: others have many.
	 */
	private String version() {
		return Stream
			.of((this.build != null) ? this.build.getVersion() : null,
					this.environment.getProperty(APPLICATION_VERSION))
			.filter(StringUtils::hasText)
			.map(ServiceSettings::completed)
			.filter(ServiceDescription::isVersion)
			.findFirst()
			.orElse(ServiceDescription.NO_VERSION);
	}

	/**
	 * Completes a version that has one or two numbers.
	 */
	private static String completed(String version) {
		String completed = version.trim().replaceFirst("^(\\d+)(?=$|-)", "$1.0");
		return completed.replaceFirst("^(\\d+\\.\\d+)(?=$|-)", "$1.0");
	}

}
