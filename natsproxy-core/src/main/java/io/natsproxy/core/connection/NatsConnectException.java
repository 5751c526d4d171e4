package io.natsproxy.core.connection;

/**
 * No NATS server could be connected to, where one had to be.
 */
public class NatsConnectException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String servers;

	private final String reason;

	private final boolean authenticationFailure;

	NatsConnectException(String servers, String reason, boolean authenticationFailure) {
		super(authenticationFailure ? "The NATS server at " + servers + " refused the credentials (" + reason + ")"
				: "No NATS server at " + servers + " (" + reason + ")");
		this.servers = servers;
		this.reason = reason;
		this.authenticationFailure = authenticationFailure;
	}

	/**
	 * The addresses that were tried, comma separated and without credentials.
	 * @return the servers
	 */
	public String getServers() {
		return this.servers;
	}

	/**
	 * Why the last attempt failed, such as "connection refused".
	 * @return the reason
	 */
	public String getReason() {
		return this.reason;
	}

	/**
	 * Whether a server was there and refused the credentials.
	 * @return {@code true} for an authentication failure
	 */
	public boolean isAuthenticationFailure() {
		return this.authenticationFailure;
	}

}
