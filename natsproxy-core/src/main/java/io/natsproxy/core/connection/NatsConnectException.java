package io.natsproxy.core.connection;

/**
 * No NATS server could be connected to, where one had to be.
 */
public class NatsConnectException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final boolean authenticationFailure;

	NatsConnectException(String servers, String reason, boolean authenticationFailure) {
		super(authenticationFailure ? "The NATS server at " + servers + " refused the credentials (" + reason + ")"
				: "No NATS server at " + servers + " (" + reason + ")");
		this.authenticationFailure = authenticationFailure;
	}

	/**
	 * Returns whether a server was there and refused the credentials.
	 * @return {@code true} for an authentication failure
	 */
	public boolean isAuthenticationFailure() {
		return this.authenticationFailure;
	}

}
