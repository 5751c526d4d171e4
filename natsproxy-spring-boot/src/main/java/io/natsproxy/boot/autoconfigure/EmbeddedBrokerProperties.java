package io.natsproxy.boot.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * The embedded broker, {@code natsproxy.embedded.*}, for development and tests.
 */
@ConfigurationProperties("natsproxy.embedded")
public class EmbeddedBrokerProperties {

	/**
	 * Whether to start a NATS broker within the application, and to connect to that one.
	 */
	private boolean enabled;

	/**
	 * Address that the broker listens on.
	 */
	private String host = "127.0.0.1";

	/**
	 * Port that the broker listens on; 0, the default, for any free one, which the log
	 * tells.
	 */
	private int port;

	/**
	 * Largest message, headers included, up to 64MB.
	 */
	private DataSize maxPayload = DataSize.ofMegabytes(1);

	/**
	 * User that clients must log in with, together with "password".
	 */
	private @Nullable String user;

	/**
	 * Password of the user.
	 */
	private @Nullable String password;

	/**
	 * Token that clients must log in with.
	 */
	private @Nullable String token;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public String getHost() {
		return this.host;
	}

	public void setHost(String host) {
		this.host = host;
	}

	public int getPort() {
		return this.port;
	}

	public void setPort(int port) {
		this.port = port;
	}

	public DataSize getMaxPayload() {
		return this.maxPayload;
	}

	public void setMaxPayload(DataSize maxPayload) {
		this.maxPayload = maxPayload;
	}

	public @Nullable String getUser() {
		return this.user;
	}

	public void setUser(@Nullable String user) {
		this.user = user;
	}

	public @Nullable String getPassword() {
		return this.password;
	}

	public void setPassword(@Nullable String password) {
		this.password = password;
	}

	public @Nullable String getToken() {
		return this.token;
	}

	public void setToken(@Nullable String token) {
		this.token = token;
	}

}
