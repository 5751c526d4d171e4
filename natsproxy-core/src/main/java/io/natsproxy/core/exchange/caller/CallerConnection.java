package io.natsproxy.core.exchange.caller;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.exchange.InboxReceiver;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.NatsPublisher;
import io.natsproxy.core.exchange.ProcessingNotice;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.memory.ConnectionCredit;
import io.natsproxy.core.stream.StreamEndpoint;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * One of the connections of a {@link NatsCaller}: requests go out on it, and their
 * replies come on its inbox. Everything that an exchange sends goes the same way, so that
 * it arrives in order.
 */
final class CallerConnection implements AutoCloseable {

	/**
	 * The receivers of the inbox that are no exchanges.
	 */
	private static final int OWN_RECEIVERS = 1;

	private final NatsTransport transport;

	private final NatsPublisher publisher;

	private final SubjectCodec subjectCodec;

	private final ExchangeTimer timer;

	private final StreamOptions streams;

	private final ConnectionCredit credit;

	private final Inbox inbox;

	private final ProcessingWatch watch;

	/**
	 * Where services tell that they are processing requests.
	 */
	private final String noticeSubject;

	private final Disposable denials;

	/**
	 * Subscribes to an inbox.
	 */
	CallerConnection(NatsTransport transport, SubjectCodec subjectCodec, ExchangeTimer timer, StreamOptions streams,
			ConnectionCredit credit, ProcessingWatch watch) {
		this.transport = transport;
		this.publisher = new NatsPublisher(transport);
		this.subjectCodec = subjectCodec;
		this.timer = timer;
		this.streams = streams;
		this.credit = credit;
		this.watch = watch;
		this.inbox = new Inbox(transport);
		this.noticeSubject = this.inbox.newSubject();
		this.inbox.register(this.noticeSubject, this::onNotice);
		this.denials = transport.onPublishDenied(this.inbox::onPublishDenied);
	}

	NatsTransport transport() {
		return this.transport;
	}

	/**
	 * Returns the credit of all peers on this connection.
	 */
	ConnectionCredit credit() {
		return this.credit;
	}

	/**
	 * Returns whether this is connected, and the server is not in doubt.
	 */
	boolean isResponsive() {
		return this.transport.isResponsive() && isConnected();
	}

	/**
	 * Returns whether what is published now can be sent, and answered.
	 */
	boolean isConnected() {
		return this.transport.isConnected() && !this.inbox.isRefused();
	}

	/**
	 * Returns why {@link #isConnected()} is {@code false}.
	 */
	NatsExchangeException disconnected() {
		return this.transport.isConnected() ? Inbox.refused() : NatsExchangeException.disconnected();
	}

	/**
	 * Publishes the request of an exchange.
	 * @return whether it was published: not if the exchange has ended meanwhile
	 * @throws NatsExchangeException if it cannot be published
	 */
	boolean publish(NativeExchange exchange, String subject, NatsHeaders headers, byte[] body) {
		this.inbox.register(exchange.replySubject(), exchange);
		if (exchange.hasEnded()) {
			// It ended after it was about to publish, and has been forgotten already.
			this.inbox.remove(exchange.replySubject());
			return false;
		}
		publish(subject, exchange.replySubject(), headers, body);
		return true;
	}

	/**
	 * Takes the word of a service that it is processing requests. Of others, and of those
	 * that have ended, nothing is known here.
	 */
	private void onNotice(TransportMessage message) {
		Duration interval = ProcessingNotice.interval(message);
		if (interval != null) {
			String instance = ProcessingNotice.instance(message);
			ProcessingNotice.forEach(message, (replySubject) -> {
				if (this.inbox.receiver(replySubject) instanceof NativeExchange exchange) {
					this.watch.heard(exchange, interval, instance);
				}
			});
		}
	}

	/**
	 * Asks for the word that a request is being processed.
	 */
	void askForNotices(NatsHeaders headers) {
		headers.append(WireProtocol.PROCESSING_HEADER, this.noticeSubject);
	}

	/**
	 * Publishes a request whose reply subject is registered.
	 * @throws NatsExchangeException if it cannot be published
	 */
	void publish(String subject, String replySubject, @Nullable NatsHeaders headers, byte[] payload) {
		if (this.inbox.isRefused()) {
			throw disconnected();
		}
		this.publisher.publish(subject, replySubject, headers, payload);
	}

	/**
	 * Publishes a message to which there is no reply.
	 * @throws NatsExchangeException if it cannot be published
	 */
	void publishOnly(String subject, @Nullable String replySubject, NatsHeaders headers, byte[] payload) {
		this.publisher.publish(subject, replySubject, headers.isEmpty() ? null : headers, payload);
	}

	/**
	 * Tells whichever service has received a request that nobody waits for its reply.
	 */
	void publishCancel(String replySubject) {
		try {
			if (isConnected()) {
				this.transport.publish(this.subjectCodec.controlSubject(WireProtocol.CANCEL_SUBJECT), null, null,
						replySubject.getBytes(StandardCharsets.US_ASCII));
			}
		}
		catch (IllegalStateException ex) {
			// No connection: the service gives up at its deadline.
		}
	}

	String newReplySubject() {
		return this.inbox.newSubject();
	}

	void register(String replySubject, InboxReceiver receiver) {
		this.inbox.register(replySubject, receiver);
	}

	void unregister(String replySubject) {
		this.inbox.remove(replySubject);
	}

	/**
	 * Returns how many exchanges wait for a reply.
	 */
	int waiting() {
		return this.inbox.waiting() - OWN_RECEIVERS;
	}

	/**
	 * Returns how long a message may be, its head included: by less than that, the first
	 * part of a body, or the last frame, may go beyond the credit.
	 */
	long maxPayload() {
		return this.transport.maxPayload();
	}

	/**
	 * Returns the most bytes that a reply may carry without a further word.
	 */
	int maxReply() {
		return (int) Math.min(WireProtocol.MAX_REPLY, maxPayload());
	}

	/**
	 * Returns how many bytes fit one message together with a head.
	 */
	int maxMessage(NatsHeaders headers) {
		return (int) Math.min(Integer.MAX_VALUE, maxPayload() - headers.serializedLength());
	}

	int frameSize() {
		return this.streams.frameSize(maxPayload());
	}

	StreamEndpoint newStream(Consumer<NatsExchangeException> lost) {
		return new StreamEndpoint(this.publisher, this.timer, this.streams, lost);
	}

	/**
	 * Ends the subscription to the inbox.
	 */
	@Override
	public void close() {
		this.denials.dispose();
		this.inbox.close();
	}

}
