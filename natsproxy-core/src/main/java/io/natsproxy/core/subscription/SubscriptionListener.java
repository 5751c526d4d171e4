package io.natsproxy.core.subscription;

/**
 * One of those who share a subscription. Called on the thread on which messages arrive,
 * which it must not block, for one event after the other.
 *
 * @param <E> what messages are made into, once for all listeners
 */
public interface SubscriptionListener<E> {

	/**
	 * Takes a message.
	 * @param event what the message was made into
	 */
	void onEvent(E event);

	/**
	 * Takes note that messages may have been missed while there was no connection.
	 */
	void onInterruption();

	/**
	 * Takes note that nothing comes any more, because the server does not permit the
	 * subscription.
	 */
	void onRefused();

}
