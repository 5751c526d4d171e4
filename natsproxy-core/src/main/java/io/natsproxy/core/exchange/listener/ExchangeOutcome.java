package io.natsproxy.core.exchange.listener;

/**
 * The ways in which an exchange of a {@link NatsListener} ends.
 */
public enum ExchangeOutcome {

	/**
	 * The response has been sent as a whole, whatever its status.
	 */
	ANSWERED,

	/**
	 * The service had no response, or could not complete it.
	 */
	BROKEN,

	/**
	 * The time for which the caller waits was over before there was a response.
	 */
	EXPIRED,

	/**
	 * The caller wanted no response any more.
	 */
	CANCELLED

}
