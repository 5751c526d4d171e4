package io.natsproxy.core.exchange.listener;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Accepts requests of natsproxy's own wire protocol, and plain NATS requests.
 */
final class NativeRequests implements RequestAcceptor {

	private final RequestDecoder decoder;

	private final NativeReplies replies;

	private final Refusals refusals;

	private final IncomingExchanges exchanges;

	private final ListenerStreams streams;

	private final ByteBudget budget;

	/**
	 * Creates the object.
	 * @param context has the transport and the budget of bytes; not closed by this object
	 * @param observer is told of what is refused
	 */
	NativeRequests(NatsExchanges context, NatsListenerOptions options, IncomingExchanges exchanges,
			ListenerStreams streams, ListenerObserver observer) {
		HeadCodec headCodec = new HeadCodec();
		this.decoder = new RequestDecoder(headCodec, context.subjectCodec(), context.replySubjects(), options);
		this.replies = new NativeReplies(context.transport(), headCodec);
		this.refusals = new Refusals(this.replies, options.maxInFlight(), observer);
		this.exchanges = exchanges;
		this.streams = streams;
		this.budget = context.budget();
	}

	@Override
	public @Nullable IncomingExchange accept(TransportMessage message, String replySubject, boolean overloaded) {
		try {
			RequestHead head = this.decoder.decode(message);
			if (head == null) {
				return null;
			}
			if (overloaded) {
				this.refusals.overloaded(message.subject(), replySubject);
				return null;
			}
			NatsHeaders headers = message.headers();
			int maxReply = (headers != null) ? HeadCodec.maxReply(headers) : Integer.MAX_VALUE;
			boolean streamed = headers != null && HeadCodec.isStreamed(headers);
			String noticeSubject = (headers != null) ? headers.getFirst(WireProtocol.PROCESSING_HEADER) : null;
			ByteReservation memory = new ByteReservation(this.budget);
			IncomingExchange exchange = new NativeIncomingExchange(this.exchanges, this.streams, this.replies, head,
					streamed, message.payload(), replySubject, maxReply, noticeSubject, memory);
			// Last: nothing would give it back.
			if (memory.tryReserve(message.payload().length)) {
				return exchange;
			}
			this.refusals.outOfMemory(message.subject(), replySubject);
			return null;
		}
		catch (MalformedMessageException ex) {
			this.refusals.malformed(message.subject(), replySubject, ex);
			return null;
		}
	}

}
