package io.natsproxy.core.exchange;

import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.TransportMessage;

/**
 * The receiver of the messages of one subject of an {@link Inbox}. Called on the thread
 * of the transport, which must not be blocked.
 */
@FunctionalInterface
public interface InboxReceiver {

	/**
	 * Takes a message.
	 * @param message the message
	 */
	void onMessage(TransportMessage message);

	/**
	 * The server does not permit the subscription to the inbox: nothing is going to come.
	 */
	default void onInboxRefused() {
	}

	/**
	 * The server does not permit something to be published, which may be what this waits
	 * for an answer to.
	 * @param denial what is not permitted
	 */
	default void onPublishDenied(Denial denial) {
	}

}
