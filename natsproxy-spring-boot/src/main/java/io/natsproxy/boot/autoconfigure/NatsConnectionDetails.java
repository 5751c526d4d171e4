package io.natsproxy.boot.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.core.io.Resource;

/**
 * The addresses of the NATS servers, and the log-in: with a user, a token, credentials or
 * an nkey, of which one may be given at most.
 */
public interface NatsConnectionDetails extends ConnectionDetails {

	/**
	 * The addresses of the servers, such as {@code nats://localhost:4222}.
	 * @return one address at least
	 */
	List<String> getServers();

	/**
	 * The user to log in with.
	 * @return the user or {@code null}
	 */
	default @Nullable String getUser() {
		return null;
	}

	/**
	 * The password of the user.
	 * @return the password or {@code null}
	 */
	default @Nullable String getPassword() {
		return null;
	}

	/**
	 * The token to log in with.
	 * @return the token or {@code null}
	 */
	default @Nullable String getToken() {
		return null;
	}

	/**
	 * The credentials file (user JWT and nkey seed) to log in with.
	 * @return the file or {@code null}
	 */
	default @Nullable Resource getCredentials() {
		return null;
	}

	/**
	 * The seed of the nkey to log in with.
	 * @return the seed of a user, beginning with {@code SU}, or {@code null}
	 */
	default @Nullable String getNkey() {
		return null;
	}

	/**
	 * The bundle to use TLS with.
	 * @return the bundle, {@code null} for no TLS unless the scheme of an address asks
	 * for it
	 */
	default @Nullable SslBundle getSslBundle() {
		return null;
	}

}
