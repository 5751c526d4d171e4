package io.natsproxy.core.exchange.listener;

import org.jspecify.annotations.Nullable;

/**
 * Is told what becomes of a {@link NatsListener} and of its exchanges; on any thread,
 * which it must not block. To throw nothing.
 */
public interface ListenerObserver {

	/**
	 * Does nothing.
	 */
	ListenerObserver NONE = new ListenerObserver() {

		@Override
		public void ended(IncomingExchange exchange, ExchangeOutcome outcome, int status, long nanos) {
			// Nobody wants to know.
		}

		@Override
		public void refused(String subject, int status) {
			// Nobody wants to know.
		}

	};

	/**
	 * Returns the id by which others discover the instance of the service.
	 * @return the id, or {@code null} if they do not
	 */
	default @Nullable String id() {
		return null;
	}

	/**
	 * Is told that the listener has subscribed; called once.
	 */
	default void listening() {
	}

	/**
	 * Is told that an exchange has ended; called once for each that was handed to a
	 * handler.
	 * @param exchange the exchange
	 * @param outcome the way in which it has ended
	 * @param status the HTTP status of the response, 101 for a WebSocket that was
	 * accepted; 0 where no response has begun
	 * @param nanos the time from when the request came, in nanoseconds
	 */
	void ended(IncomingExchange exchange, ExchangeOutcome outcome, int status, long nanos);

	/**
	 * Is told that the listener has answered a request by itself, because it was
	 * malformed or too much.
	 * @param subject the subject on which it came
	 * @param status the HTTP status of the answer
	 */
	void refused(String subject, int status);

	/**
	 * Is told that the listener is about to end its subscriptions; called once or more
	 * often. Exchanges that have not ended are still going to.
	 */
	default void stopping() {
	}

}
