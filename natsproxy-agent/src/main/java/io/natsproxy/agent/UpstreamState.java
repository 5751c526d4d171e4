package io.natsproxy.agent;

/**
 * The state of an upstream at a moment.
 *
 * @param name its name
 * @param status whether it is up, as far as that is known
 * @param inFlight the number of requests that are being passed on, streams among them
 * @param webSockets the number of WebSockets that are open, or being opened
 */
public record UpstreamState(String name, Status status, int inFlight, int webSockets) {

	/**
	 * Whether an upstream is served.
	 */
	public enum Status {

		/**
		 * It is served: its health check succeeds, or it has none.
		 */
		UP,

		/**
		 * Its health check has failed, and it is not served.
		 */
		DOWN,

		/**
		 * Its health has not been checked yet, and it is not served.
		 */
		UNKNOWN

	}

}
