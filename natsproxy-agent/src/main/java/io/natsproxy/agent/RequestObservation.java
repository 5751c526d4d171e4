package io.natsproxy.agent;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * Is told what becomes of a request on its way to the upstream. Safe for use by many
 * threads.
 */
interface RequestObservation {

	/**
	 * Observes nothing.
	 */
	RequestObservation NONE = new RequestObservation() {

		@Override
		public void sending(HttpHeaders fields) {
			// Nobody wants to know.
		}

		@Override
		public void failed(Throwable failure, int status) {
			// Nobody wants to know.
		}

		@Override
		public void passed() {
			// Nobody wants to know.
		}

	};

	/**
	 * The request goes to the upstream, perhaps once more.
	 * @param fields its fields, to which those of the trace are added
	 */
	void sending(HttpHeaders fields);

	/**
	 * Something has gone wrong between the agent and the upstream.
	 */
	default void failed(Throwable failure) {
		failed(failure, 0);
	}

	/**
	 * Something has gone wrong, of which the caller is about to be told, unless it gets
	 * another response at the same time.
	 * @param status the status of the response that tells of it
	 */
	void failed(Throwable failure, int status);

	/**
	 * Nothing is under way to the upstream any more, nor is going to fail.
	 */
	void passed();

}
