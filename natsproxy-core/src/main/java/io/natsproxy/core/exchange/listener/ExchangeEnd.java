package io.natsproxy.core.exchange.listener;

/**
 * Is told in which way an exchange has ended, and with which status.
 */
@FunctionalInterface
public interface ExchangeEnd {

	/**
	 * Is told of the end.
	 * @param outcome the way in which it has ended
	 * @param status the HTTP status that was sent, 101 for a WebSocket that was accepted;
	 * 0 where no response has begun
	 */
	void ended(ExchangeOutcome outcome, int status);

}
