package io.natsproxy.core.exchange.listener;

/**
 * Answers the requests that a {@link NatsListener} receives.
 */
@FunctionalInterface
public interface NatsRequestHandler {

	/**
	 * Takes a request. Called on the one thread on which all requests arrive, in their
	 * order: hand off at once.
	 * @param exchange the request, to be ended by a reply or by being discarded, on any
	 * thread
	 */
	void handle(IncomingExchange exchange);

}
