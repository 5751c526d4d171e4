package io.natsproxy.boot.autoconfigure;

import java.io.IOException;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.nats.client.AuthHandler;
import io.nats.client.NKey;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.support.NatsUri;
import io.natsproxy.core.connection.ServerAddresses;
import io.natsproxy.core.wire.LiteralSubject;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.core.io.Resource;

/**
 * Builds the options of the connection. Fails with {@link InvalidNatsSettingException} at
 * what could never work.
 */
class NatsOptionsFactory {

	private final NatsProperties properties;

	private final NatsConnectionDetails details;

	private final @Nullable String applicationName;

	private final List<NatsOptionsCustomizer> customizers;

	NatsOptionsFactory(NatsProperties properties, NatsConnectionDetails details, @Nullable String applicationName,
			List<NatsOptionsCustomizer> customizers) {
		this.properties = properties;
		this.details = details;
		this.applicationName = applicationName;
		this.customizers = customizers;
	}

	Options create(Options.Builder builder) {
		String name = (this.properties.name() != null) ? this.properties.name() : this.applicationName;
		SettingChecks check = new SettingChecks("natsproxy.nats");
		long wait = Math.max(1, check.notNegative("reconnect-wait", this.properties.reconnectWait()).toMillis());
		builder.servers(servers())
			.connectionName(name)
			.inboxPrefix(inboxPrefix())
			.connectionTimeout(check.positive("connect-timeout", this.properties.connectTimeout()))
			.reconnectWait(Duration.ofMillis(wait))
			.reconnectJitter(Duration.ofMillis(Math.max(1, wait / 2)))
			.reconnectJitterTls(Duration.ofMillis(Math.max(1, wait / 2)))
			.reconnectBufferSize(this.properties.reconnectBufferSize().toBytes())
			.pingInterval(this.properties.pingInterval());
		logIn(builder);
		SslBundle sslBundle = this.details.getSslBundle();
		if (sslBundle != null) {
			builder.sslContext(sslBundle.createSslContext());
		}
		this.customizers.forEach((customizer) -> customizer.customize(builder));
		return builder.build();
	}

	private String inboxPrefix() {
		String prefix = this.properties.inboxPrefix();
		if (!LiteralSubject.isValid(prefix.endsWith(".") ? prefix.substring(0, prefix.length() - 1) : prefix)) {
			throw new InvalidNatsSettingException("The inbox prefix '" + prefix + "' is not a literal NATS subject.",
					"Set 'natsproxy.nats.inbox-prefix' to tokens separated by dots, without wildcards or spaces, such as _INBOX.",
					null);
		}
		return prefix;
	}

	private String[] servers() {
		List<String> servers = this.details.getServers();
		if (servers.isEmpty()) {
			throw new InvalidNatsSettingException("There is no address of a NATS server.",
					"Set 'natsproxy.nats.servers', such as nats://localhost:4222.", null);
		}
		for (String server : servers) {
			try {
				new NatsUri(server);
			}
			catch (URISyntaxException ex) {
				// The exception quotes the address, with a password if it holds one.
				throw new InvalidNatsSettingException(
						"'" + ServerAddresses.redact(server) + "' is not the address of a NATS server.",
						"Write addresses as nats://host:port, tls://host:port, ws://host:port or wss://host:port (natsproxy.nats.servers).",
						null);
			}
		}
		return servers.toArray(String[]::new);
	}

	private void logIn(Options.Builder builder) {
		String user = this.details.getUser();
		String password = this.details.getPassword();
		String token = this.details.getToken();
		Resource credentials = this.details.getCredentials();
		String nkey = this.details.getNkey();
		List<String> given = Stream
			.of(named("user", user), named("token", token), named("credentials", credentials), named("nkey", nkey))
			.filter((name) -> !name.isEmpty())
			.toList();
		if (given.size() > 1) {
			throw new InvalidNatsSettingException(
					"There are several ways to log in to NATS: " + String.join(" and ", given) + ".",
					"Keep one of 'natsproxy.nats.user' (with 'natsproxy.nats.password'), 'natsproxy.nats.token', 'natsproxy.nats.credentials' and 'natsproxy.nats.nkey'.",
					null);
		}
		if (user != null) {
			builder.userInfo(user.toCharArray(), (password != null) ? password.toCharArray() : new char[0]);
		}
		else if (token != null) {
			builder.token(token.toCharArray());
		}
		else if (credentials != null) {
			builder.authHandler(credentialsHandler(credentials));
		}
		else if (nkey != null) {
			builder.authHandler(nkeyHandler(nkey));
		}
	}

	private static String named(String name, @Nullable Object value) {
		return (value != null) ? name : "";
	}

	private static AuthHandler credentialsHandler(Resource credentials) {
		try {
			byte[] content = credentials.getContentAsByteArray();
			AuthHandler handler = credentials.isFile()
					? Nats.credentials(credentials.getFile().getAbsoluteFile().toString())
					: Nats.staticCredentials(content);
			handler.getID();
			return handler;
		}
		catch (IOException ex) {
			throw new InvalidNatsSettingException(
					"The credentials file cannot be read: " + credentials.getDescription() + ".",
					"Set 'natsproxy.nats.credentials' to the location of a readable file.", ex);
		}
		catch (IllegalStateException ex) {
			throw new InvalidNatsSettingException(
					"The credentials file holds no user JWT and nkey seed: " + credentials.getDescription() + ".",
					"Set 'natsproxy.nats.credentials' to a file as nsc and 'nats auth' write it.", null);
		}
	}

	private static AuthHandler nkeyHandler(String seed) {
		try {
			NKey.fromSeed(seed.toCharArray()).clear();
		}
		catch (IllegalArgumentException ex) {
			// The cause may quote the seed.
			throw new InvalidNatsSettingException("The nkey is not the seed of a user.",
					"Set 'natsproxy.nats.nkey' to a seed (SU and 56 more characters) or to the location of a file that holds one.",
					null);
		}
		return Nats.staticCredentials(new char[0], seed.toCharArray());
	}

}
