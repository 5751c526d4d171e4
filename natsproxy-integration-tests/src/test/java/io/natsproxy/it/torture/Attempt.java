package io.natsproxy.it.torture;

/**
 * One request, or one WebSocket, and what became of it.
 *
 * @param id the id of the request, under which its executions are counted
 * @param begin when it was sent, in nanoseconds of the JVM's clock
 * @param outcome what became of it
 * @param detail the status, or what happened to the connection
 */
record Attempt(String id, long begin, Outcome outcome, String detail) {

	enum Outcome {

		/**
		 * The answer was that of this request, and whole.
		 */
		RIGHT,

		/**
		 * The answer was that of another request, or not whole although it looked so.
		 */
		WRONG,

		/**
		 * 503: nothing was executed.
		 */
		REFUSED,

		/**
		 * Another error, such as 504: whether it was executed is not known to the client.
		 */
		FAILED,

		/**
		 * There was no answer, or not all of it: the connection ended.
		 */
		LOST

	}

}
