package io.natsproxy.core.exchange.listener;

import java.util.Collection;
import java.util.function.Supplier;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.format.FormatRequest;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.HeadSize;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * Accepts requests of another message format, among messages without headers, and leaves
 * the rest to another acceptor.
 */
final class FormatRequests implements RequestAcceptor {

	private final MessageFormat format;

	private final RequestAcceptor others;

	private final NatsListenerOptions options;

	private final FormatReplies replies;

	private final Refusals refusals;

	private final IncomingExchanges exchanges;

	private final ByteBudget budget;

	private final Supplier<Collection<String>> subscribed;

	/**
	 * Creates the object.
	 * @param context has the transport and the budget of bytes; not closed by this object
	 * @param others accepts what is not of this format
	 * @param subscribed the subjects of the listener
	 * @param observer is told of what is refused
	 */
	FormatRequests(NatsExchanges context, MessageFormat format, RequestAcceptor others, NatsListenerOptions options,
			IncomingExchanges exchanges, Supplier<Collection<String>> subscribed, ListenerObserver observer) {
		this.format = format;
		this.others = others;
		this.options = options;
		this.replies = new FormatReplies(context.transport(), format);
		this.refusals = new Refusals(this.replies, options.maxInFlight(), observer);
		this.exchanges = exchanges;
		this.budget = context.budget();
		this.subscribed = subscribed;
	}

	@Override
	public @Nullable IncomingExchange accept(TransportMessage message, String replySubject, boolean overloaded) {
		FormatRequest request;
		try {
			request = isBare(message) ? this.format.decodeRequest(message.payload()) : null;
			if (request != null) {
				requireAgreement(message.subject(), request.head());
			}
		}
		catch (MalformedMessageException ex) {
			this.refusals.malformed(message.subject(), replySubject, ex);
			return null;
		}
		if (request == null) {
			return this.others.accept(message, replySubject, overloaded);
		}
		if (overloaded) {
			this.refusals.overloaded(message.subject(), replySubject);
			return null;
		}
		ByteReservation memory = new ByteReservation(this.budget);
		IncomingExchange exchange = new FormatIncomingExchange(this.exchanges, this.replies, this.format, request,
				replySubject, memory);
		// Last: nothing would give it back.
		if (memory.tryReserve(request.body().length)) {
			return exchange;
		}
		this.refusals.outOfMemory(message.subject(), replySubject);
		return null;
	}

	private static boolean isBare(TransportMessage message) {
		return (message.headers() == null || message.headers().isEmpty()) && !message.isStatus();
	}

	private void requireAgreement(String subject, RequestHead head) {
		int headSize = HeadSize.of(head);
		if (headSize > this.options.maxHeadSize()) {
			throw new MalformedMessageException(431,
					"The head takes " + headSize + " bytes, the limit is " + this.options.maxHeadSize());
		}
		if (this.options.verifySubject()
				&& !this.format.agree(subject, head.method(), head.path(), this.subscribed.get())) {
			throw new MalformedMessageException("The target is not that of the subject");
		}
	}

}
