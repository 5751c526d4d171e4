package io.natsproxy.core.jetstream;

/**
 * The failures that errors of the API of JetStream mean, by their codes (nats-server's
 * {@code errors.json}).
 */
final class JetStreamErrors {

	private JetStreamErrors() {
	}

	/**
	 * Returns the failure of an error.
	 * @param code the code that resembles an HTTP status
	 * @param apiCode the code of the error
	 * @param description the words of the server
	 */
	static JetStreamException of(int code, int apiCode, String description) {
		return switch (apiCode) {
			// No JetStream at all, or not for this account.
			case 10039, 10076 -> failure(JetStreamFailure.UNAVAILABLE, "The NATS server has no JetStream", description);
			// Not the last sequence, message id or revision.
			case 10070, 10071, 10164 -> failure(JetStreamFailure.CONFLICT, "It has been changed since", description);
			case 10158 ->
				failure(JetStreamFailure.IN_PROGRESS, "A message of the same id is being stored", description);
			case 10060 -> failure(JetStreamFailure.NOT_FOUND, "The stream does not take this subject", description);
			case 10054 ->
				failure(JetStreamFailure.TOO_LARGE, "The message is longer than the stream takes", description);
			// Storage of the server, or of the account; the most messages or bytes of a
			// stream.
			case 10023, 10028, 10047, 10077 -> failure(JetStreamFailure.FULL, "There is no room for more", description);
			case 10166 ->
				failure(JetStreamFailure.UNSUPPORTED, "Messages have no time to live of their own here", description);
			default -> switch (code) {
				case 404 -> failure(JetStreamFailure.NOT_FOUND, "Nothing was found", description);
				case 429 -> failure(JetStreamFailure.TOO_MANY, "There is too much at the moment", description);
				case 503 -> failure(JetStreamFailure.UNAVAILABLE, "JetStream is not available", description);
				default -> failure(JetStreamFailure.REFUSED, "JetStream has refused", description);
			};
		};
	}

	private static JetStreamException failure(JetStreamFailure failure, String detail, String description) {
		return new JetStreamException(failure, detail, description);
	}

}
