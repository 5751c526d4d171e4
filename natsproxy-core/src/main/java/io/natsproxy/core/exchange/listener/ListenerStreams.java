package io.natsproxy.core.exchange.listener;

import java.util.function.Consumer;
import java.util.function.LongConsumer;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.exchange.InboxReceiver;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.NatsPublisher;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.memory.ConnectionCredit;
import io.natsproxy.core.stream.BodyShape;
import io.natsproxy.core.stream.ReceiveWindow;
import io.natsproxy.core.stream.StreamEndpoint;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.transport.NatsTransport;
import org.jspecify.annotations.Nullable;

/**
 * All that the streams of a listener share: the inbox on which their frames arrive, the
 * credit of the connection, and the limits. Safe for use by many threads.
 */
final class ListenerStreams {

	private final NatsTransport transport;

	private final NatsPublisher publisher;

	private final ExchangeTimer timer;

	private final ConnectionCredit credit;

	private final StreamOptions options;

	/**
	 * Made with the first stream. Guarded by this object.
	 */
	private @Nullable Inbox inbox;

	/**
	 * Creates the object.
	 * @param exchanges has the transport and the timer; not closed by this object
	 * @param options window, frames and pings
	 */
	ListenerStreams(NatsExchanges exchanges, StreamOptions options) {
		this.transport = exchanges.transport();
		this.publisher = new NatsPublisher(this.transport);
		this.timer = exchanges.timer();
		this.credit = exchanges.credit(this.transport);
		this.options = options;
	}

	ExchangeTimer timer() {
		return this.timer;
	}

	/**
	 * Returns the limits of a response.
	 * @param headers the head of the response
	 * @param maxReply most bytes of a body that the caller takes in the reply
	 * @param length length of the body in bytes, -1 if it is not known
	 */
	BodyShape responseShape(NatsHeaders headers, int maxReply, long length) {
		long maxPayload = this.transport.maxPayload();
		long maxMessage = Math.min(maxReply, maxPayload - headers.serializedLength());
		return BodyShape.response((int) maxMessage, this.options.frameSize(maxPayload), length);
	}

	/**
	 * Makes the window of a request's body.
	 */
	ReceiveWindow newWindow(ByteReservation memory, LongConsumer grant, Consumer<NatsExchangeException> refused) {
		return new ReceiveWindow(this.options, this.transport.maxPayload(), memory, this.credit, this.timer, grant,
				refused);
	}

	StreamEndpoint newEndpoint(Consumer<NatsExchangeException> lost) {
		return new StreamEndpoint(this.publisher, this.timer, this.options, lost);
	}

	/**
	 * Gives an exchange a subject of its own, to which the frames of its caller come.
	 * @throws NatsExchangeException if the server does not permit that
	 */
	String register(InboxReceiver exchange) {
		Inbox inbox = inbox();
		if (inbox.isRefused()) {
			throw Inbox.refused();
		}
		String subject = inbox.newSubject();
		inbox.register(subject, exchange);
		return subject;
	}

	void unregister(String subject) {
		inbox().remove(subject);
	}

	private synchronized Inbox inbox() {
		Inbox inbox = this.inbox;
		if (inbox == null) {
			inbox = new Inbox(this.transport);
			this.inbox = inbox;
		}
		return inbox;
	}

	/**
	 * Returns how many exchanges receive frames.
	 */
	synchronized int waiting() {
		return (this.inbox != null) ? this.inbox.waiting() : 0;
	}

	/**
	 * Receives no more frames.
	 */
	synchronized void close() {
		if (this.inbox != null) {
			this.inbox.close();
		}
	}

}
