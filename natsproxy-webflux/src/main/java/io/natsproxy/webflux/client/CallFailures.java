package io.natsproxy.webflux.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;

import io.natsproxy.core.exchange.NatsExchangeException;

/**
 * The failures of exchanges as clients over HTTP know them.
 */
final class CallFailures {

	private CallFailures() {
	}

	static IOException of(NatsExchangeException failure) {
		String message = failure.failure() + ": " + failure.getMessage();
		IOException ex = switch (failure.failure()) {
			case NO_RESPONDERS, DISCONNECTED -> new ConnectException(message);
			case REPLY_TIMEOUT, SERVICE_LOST, REQUEST_TIMEOUT, STREAM_IDLE -> new SocketTimeoutException(message);
			default -> new IOException(message);
		};
		ex.initCause(failure);
		return ex;
	}

	static IOException of(Throwable failure) {
		if (failure instanceof IOException ex) {
			return ex;
		}
		return (failure instanceof NatsExchangeException ex) ? of(ex) : new IOException(failure.getMessage(), failure);
	}

}
