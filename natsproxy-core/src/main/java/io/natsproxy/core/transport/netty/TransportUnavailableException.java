package io.natsproxy.core.transport.netty;

/**
 * A transport of event loops that has been asked for is not there.
 */
public class TransportUnavailableException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private final String transport;

	private final String reason;

	TransportUnavailableException(String transport, Throwable cause) {
		super("Event loops cannot be on " + transport + ": " + reason(cause), cause);
		this.transport = transport;
		this.reason = reason(cause);
	}

	/**
	 * Returns the innermost cause, which says most: the outer ones are about classes that
	 * could not be initialised and libraries that could not be loaded.
	 */
	private static String reason(Throwable failure) {
		Throwable innermost = failure;
		while (innermost.getCause() != null) {
			innermost = innermost.getCause();
		}
		String message = innermost.getMessage();
		return (innermost instanceof NoClassDefFoundError || innermost instanceof ClassNotFoundException)
				? "its classes are not on the class path" : (message != null) ? message : innermost.toString();
	}

	/**
	 * Returns the name of the transport, as Netty has it.
	 */
	public String getTransport() {
		return this.transport;
	}

	/**
	 * Returns why it is not there.
	 */
	public String getReason() {
		return this.reason;
	}

}
