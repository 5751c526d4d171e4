package io.natsproxy.broker;

/**
 * The broker could not listen on its address. The message names the address, the reason
 * and what to do.
 */
public final class BrokerBindException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String host;

	private final int port;

	BrokerBindException(String host, int port, Throwable cause) {
		super("The embedded NATS broker cannot listen on " + host + ":" + port + " (" + reason(cause) + "). "
				+ "Stop what listens there, choose another address, or set the port to 0 for a free one.", cause);
		this.host = host;
		this.port = port;
	}

	/**
	 * Returns the host that was asked for.
	 * @return a host name or an address
	 */
	public String getHost() {
		return this.host;
	}

	/**
	 * Returns the port that was asked for.
	 * @return a port number
	 */
	public int getPort() {
		return this.port;
	}

	private static String reason(Throwable cause) {
		return (cause.getMessage() != null) ? cause.getMessage() : cause.getClass().getSimpleName();
	}

}
