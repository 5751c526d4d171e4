package io.natsproxy.gateway.declared.subscribe;

import io.natsproxy.core.jetstream.StreamGap;
import org.jspecify.annotations.Nullable;

/**
 * Messages that a client does not get.
 *
 * @param reason why
 * @param members what else is known, as members of a JSON object, or {@code null}
 */
record Gap(Reason reason, @Nullable String members) {

	/**
	 * Returns the gap of a client that reads too slowly.
	 * @param missed the number of messages
	 */
	static Gap slow(long missed) {
		return new Gap(Reason.SLOW_CLIENT, "\"missed\":" + missed);
	}

	/**
	 * Returns the gap while there was no connection to NATS.
	 */
	static Gap disconnected() {
		return new Gap(Reason.DISCONNECTED, null);
	}

	/**
	 * Returns the gap of what a stream does not have.
	 * @param gap what is gone
	 */
	static Gap of(StreamGap gap) {
		if (gap.reason() == StreamGap.Reason.OTHER_STREAM) {
			return new Gap(Reason.OTHER_STREAM, null);
		}
		return new Gap(Reason.EXPIRED, ((gap.from() > 0) ? "\"from\":" + gap.from() + "," : "") + "\"to\":" + gap.to());
	}

	/**
	 * Writes the gap as a JSON object.
	 */
	String toJson() {
		String rest = (this.members != null) ? "," + this.members : "";
		return "{\"reason\":\"" + this.reason.text + "\"" + rest + "}";
	}

	/**
	 * The reasons why messages are missing.
	 */
	enum Reason {

		/**
		 * More has come than waits for one client.
		 */
		SLOW_CLIENT("slow-client"),

		/**
		 * There was no connection to NATS.
		 */
		DISCONNECTED("disconnected"),

		/**
		 * The stream keeps them no more.
		 */
		EXPIRED("expired"),

		/**
		 * The stream is another one, or has never had them.
		 */
		OTHER_STREAM("other-stream");

		private final String text;

		Reason(String text) {
			this.text = text;
		}

	}

}
