package io.natsproxy.core.exchange.listener;

import io.natsproxy.core.transport.TransportMessage;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests of one message format, and refuses by itself what is malformed or too
 * much. For the thread on which all requests arrive.
 */
interface RequestAcceptor {

	/**
	 * Accepts a request, or refuses it.
	 * @param message the message
	 * @param replySubject its reply subject
	 * @param overloaded whether too many requests are in flight
	 * @return the exchange, to be handled; {@code null} if there is nothing to be done
	 */
	@Nullable IncomingExchange accept(TransportMessage message, String replySubject, boolean overloaded);

}
