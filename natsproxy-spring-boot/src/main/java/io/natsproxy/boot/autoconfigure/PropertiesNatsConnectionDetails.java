package io.natsproxy.boot.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

import io.natsproxy.boot.autoconfigure.NatsProperties.Ssl;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.io.ApplicationResourceLoader;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.io.Resource;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * {@link NatsConnectionDetails} from {@link NatsProperties}.
 */
class PropertiesNatsConnectionDetails implements NatsConnectionDetails {

	private static final Pattern SEED = Pattern.compile("S[A-Z2-7]{57}");

	private final NatsProperties properties;

	private final @Nullable SslBundles sslBundles;

	PropertiesNatsConnectionDetails(NatsProperties properties, @Nullable SslBundles sslBundles) {
		this.properties = properties;
		this.sslBundles = sslBundles;
	}

	@Override
	public List<String> getServers() {
		return this.properties.servers();
	}

	@Override
	public @Nullable String getUser() {
		String user = textOrNull(this.properties.user());
		String password = getPassword();
		if (user != null && password == null) {
			// Most often that of an environment variable which is not set.
			throw new InvalidNatsSettingException(
					"natsproxy.nats.user is '" + user + "', but natsproxy.nats.password is not set.",
					"Set natsproxy.nats.password, or log in as a user that has none with a NatsOptionsCustomizer.",
					null);
		}
		if (user == null && password != null) {
			throw new InvalidNatsSettingException("natsproxy.nats.password is set, but natsproxy.nats.user is not.",
					"Set natsproxy.nats.user, or remove natsproxy.nats.password.", null);
		}
		return user;
	}

	@Override
	public @Nullable String getPassword() {
		return textOrNull(this.properties.password());
	}

	@Override
	public @Nullable String getToken() {
		return textOrNull(this.properties.token());
	}

	@Override
	public @Nullable Resource getCredentials() {
		String location = textOrNull(this.properties.credentials());
		return (location != null) ? resource(location) : null;
	}

	@Override
	public @Nullable String getNkey() {
		String value = textOrNull(this.properties.nkey());
		if (value == null || SEED.matcher(value.trim()).matches()) {
			return (value != null) ? value.trim() : null;
		}
		try {
			return resource(value).getContentAsString(StandardCharsets.UTF_8).trim();
		}
		catch (IOException ex) {
			throw new InvalidNatsSettingException(
					"The nkey file cannot be read. 'natsproxy.nats.nkey' is neither the seed of a user (SU and 56 more characters) nor the location of a readable file.",
					"Set 'natsproxy.nats.nkey' to a seed or to the location of a file that holds one.", ex);
		}
	}

	@Override
	public @Nullable SslBundle getSslBundle() {
		Ssl ssl = this.properties.ssl();
		if (!ssl.isUsed()) {
			return null;
		}
		String bundle = ssl.bundle();
		if (StringUtils.hasText(bundle)) {
			Assert.state(this.sslBundles != null, "SSL bundle name has been set but no SSL bundles found in context");
			return this.sslBundles.getBundle(bundle);
		}
		return SslBundle.systemDefault();
	}

	private static Resource resource(String location) {
		return ApplicationResourceLoader.get(ApplicationResourceLoader.get(), true).getResource(location);
	}

	private static @Nullable String textOrNull(@Nullable String value) {
		return StringUtils.hasText(value) ? value : null;
	}

}
