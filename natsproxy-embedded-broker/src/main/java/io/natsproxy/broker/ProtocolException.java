package io.natsproxy.broker;

/**
 * A violation of the protocol that ends the connection. It carries no stack trace: what a
 * client sends wrong says nothing about our code.
 */
final class ProtocolException extends Exception {

	private static final long serialVersionUID = 1L;

	private final ProtocolError error;

	ProtocolException(ProtocolError error) {
		super(error.name(), null, false, false);
		this.error = error;
	}

	ProtocolError error() {
		return this.error;
	}

}
