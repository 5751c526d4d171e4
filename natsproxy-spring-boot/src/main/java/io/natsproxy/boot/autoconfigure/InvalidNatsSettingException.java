package io.natsproxy.boot.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * The configuration of the connection cannot work, whatever the state of the servers.
 */
class InvalidNatsConnectionException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	InvalidNatsConnectionException(String description, String action, @Nullable Throwable cause) {
		super(description, cause);
		this.action = action;
	}

	String getAction() {
		return this.action;
	}

}
