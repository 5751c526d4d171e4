package io.natsproxy.broker;

import java.nio.charset.StandardCharsets;

/**
 * What a client is told, in the words of nats-server.
 */
enum ProtocolError {

	UNKNOWN_OPERATION("Unknown Protocol Operation"),

	/** Nothing is said: nats-server closes a connection with malformed arguments so. */
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

	/** nats-server cuts a slow consumer off without a word. */
	SLOW_CONSUMER("Slow Consumer");

	private final byte[] line;

	ProtocolError(String text) {
		String line = text.isEmpty() ? "" : "-ERR '" + text + "'\r\n";
		this.line = line.getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * Return the line to send, empty where nothing is said. Not to be modified.
	 */
	byte[] line() {
		return this.line;
	}

}
