package io.natsproxy.broker;

import java.nio.charset.StandardCharsets;

/**
 * The errors that a client is told of, in the words of nats-server.
 */
enum ProtocolError {

	UNKNOWN_OPERATION("Unknown Protocol Operation"),

	/**
	 * Malformed arguments. Like nats-server, the broker closes the connection without a
	 * message.
	 */
	MALFORMED(""),

	MAXIMUM_CONTROL_LINE("maximum control line exceeded"),

	MAXIMUM_PAYLOAD("Maximum Payload Violation"),

	INVALID_SUBJECT("Invalid Subject"),

	INVALID_PUBLISH_SUBJECT("Invalid Publish Subject"),

	INVALID_CLIENT_PROTOCOL("invalid client protocol"),

	NO_RESPONDERS_REQUIRES_HEADERS("no responders requires headers support"),

	AUTHORIZATION_VIOLATION("Authorization Violation"),

	AUTHENTICATION_TIMEOUT("Authentication Timeout"),

	STALE_CONNECTION("Stale Connection"),

	/**
	 * A slow consumer. Like nats-server, the broker closes its connection without a
	 * message.
	 */
	SLOW_CONSUMER("Slow Consumer");

	private final byte[] line;

	ProtocolError(String text) {
		String line = text.isEmpty() ? "" : "-ERR '" + text + "'\r\n";
		this.line = line.getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * Returns the line to send, empty where nothing is said. Not to be modified.
	 */
	byte[] line() {
		return this.line;
	}

}
