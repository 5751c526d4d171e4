package io.natsproxy.boot.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The embedded broker, {@code natsproxy.embedded.*}, for development and tests.
 *
 * @param enabled Whether to start a NATS broker within the application, and to connect to
 * that one.
 * @param host Address that the broker listens on.
 * @param port Port that the broker listens on; 0, the default, for any free one, which
 * the log tells.
 * @param maxPayload Largest message, headers included, up to 64MB.
 * @param user User that clients must log in with, together with "password".
 * @param password Password of the user.
 * @param token Token that clients must log in with.
 */
@ConfigurationProperties("natsproxy.embedded")
public record EmbeddedBrokerProperties(@DefaultValue("false") boolean enabled, @DefaultValue("127.0.0.1") String host,
		@DefaultValue("0") int port, @DefaultValue("1MB") DataSize maxPayload, @Nullable String user,
		@Nullable String password, @Nullable String token) {

	/**
	 * Tells no secret.
	 */
	@Override
	public String toString() {
		return "EmbeddedBrokerProperties[enabled=" + this.enabled + ", host=" + this.host + ", port=" + this.port + "]";
	}

}
