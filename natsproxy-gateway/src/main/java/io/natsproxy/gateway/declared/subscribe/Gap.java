package io.natsproxy.gateway.declared.subscribe;

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
		DISCONNECTED("disconnected");

		private final String text;

		Reason(String text) {
			this.text = text;
		}

	}

}
