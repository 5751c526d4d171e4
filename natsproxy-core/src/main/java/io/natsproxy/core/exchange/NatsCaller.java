package io.natsproxy.core.exchange;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Connection;
import io.nats.client.impl.Headers;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.WireProtocol;
import reactor.core.publisher.Mono;

/**
 * Sends requests over NATS and waits for their replies: on one inbox for all of them,
 * with one timing wheel, and with no more in flight than allowed. Safe for use by many
 * threads.
 */
public final class NatsCaller implements AutoCloseable {

	private final Connection connection;

	private final SubjectCodec subjectCodec;

	private final ExchangeTimer timer;

	private final NatsCallerOptions options;

	private final HeadCodec headCodec = new HeadCodec();

	private final ReplyDecoder replyDecoder;

	private final ReplyRouter replyRouter;

	private final AtomicInteger inFlight = new AtomicInteger();

	/**
	 * Creates a caller and subscribes to its inbox.
	 * @param connection the connection, which need not be connected yet and is not closed
	 * by this object
	 * @param subjectCodec makes the subjects
	 * @param timer keeps the deadlines; not closed by this object
	 * @param options the limits
	 */
	public NatsCaller(Connection connection, SubjectCodec subjectCodec, ExchangeTimer timer,
			NatsCallerOptions options) {
		this.connection = connection;
		this.subjectCodec = subjectCodec;
		this.timer = timer;
		this.options = options;
		this.replyDecoder = new ReplyDecoder(this.headCodec, options.maxHeadSize());
		this.replyRouter = new ReplyRouter(connection);
	}

	/**
	 * Sends a request, once subscribed to, and waits for its reply. Cancelling the
	 * subscription ends the exchange.
	 * @param head the head; its time-out is replaced by the time that is left when the
	 * request is published
	 * @param body the whole body, or empty; only subscribed to when the exchange may go
	 * on
	 * @param timeout how long the exchange may take, reading the body included
	 * @param executor where the reply is handed over, so that the thread on which all
	 * replies arrive is never held up
	 * @return the reply, or a {@link NatsExchangeException}, or an error of the body
	 */
	public Mono<NatsReply> exchange(RequestHead head, Mono<byte[]> body, Duration timeout, Executor executor) {
		return Mono.create((sink) -> {
			if (this.connection.getStatus() != Connection.Status.CONNECTED) {
				sink.error(disconnected());
			}
			else if (this.inFlight.incrementAndGet() > this.options.maxInFlight()) {
				this.inFlight.decrementAndGet();
				sink.error(new NatsExchangeException(ExchangeFailure.OVERLOADED,
						"Too many requests are in flight, the limit is " + this.options.maxInFlight()));
			}
			else {
				new CallerExchange(this, head, timeout, executor, sink).start(body);
			}
		});
	}

	/**
	 * Returns the number of exchanges under way.
	 * @return the number, counted from before the body is read until the reply is handed
	 * over
	 */
	public int inFlight() {
		return this.inFlight.get();
	}

	/**
	 * Publishes the request of an exchange.
	 * @throws NatsExchangeException if it cannot be published
	 */
	void publish(CallerExchange exchange, RequestHead head, byte[] body) {
		if (this.connection.getStatus() != Connection.Status.CONNECTED) {
			throw disconnected();
		}
		String subject = subject(head);
		requireShortSubject(subject, exchange.replySubject());
		Headers headers = encode(head);
		requireSmallEnough(headers.serializedLength(), body.length);
		this.replyRouter.register(exchange.replySubject(), exchange::onReply);
		if (exchange.hasEnded()) {
			// It ended after it was about to publish, and has been forgotten already.
			this.replyRouter.remove(exchange.replySubject());
			return;
		}
		try {
			this.connection.publish(subject, exchange.replySubject(), headers, body);
		}
		catch (IllegalStateException ex) {
			throw disconnected();
		}
	}

	private Headers encode(RequestHead head) {
		try {
			return this.headCodec.encode(head);
		}
		catch (MalformedMessageException ex) {
			throw new NatsExchangeException(ExchangeFailure.MALFORMED_REQUEST, ex.getMessage());
		}
	}

	private String subject(RequestHead head) {
		try {
			return this.subjectCodec.subject(head.method(), head.path());
		}
		catch (MalformedMessageException ex) {
			throw new NatsExchangeException(ExchangeFailure.MALFORMED_REQUEST, ex.getMessage());
		}
	}

	private void requireShortSubject(String subject, String replySubject) {
		int limit = this.options.maxControlLine() - WireProtocol.CONTROL_LINE_RESERVE;
		if (subject.length() + replySubject.length() > limit) {
			throw new NatsExchangeException(ExchangeFailure.TARGET_TOO_LONG, "The path makes a NATS subject of "
					+ subject.length() + " bytes, the limit is " + (limit - replySubject.length()));
		}
	}

	private void requireSmallEnough(int headSize, int bodySize) {
		if (headSize > this.options.maxHeadSize()) {
			throw new NatsExchangeException(ExchangeFailure.HEAD_TOO_LARGE,
					"The head takes " + headSize + " bytes, the limit is " + this.options.maxHeadSize());
		}
		if (headSize + (long) bodySize > this.connection.getMaxPayload()) {
			throw new NatsExchangeException(ExchangeFailure.BODY_TOO_LARGE, "Head and body take "
					+ (headSize + (long) bodySize) + " bytes, the limit is " + this.connection.getMaxPayload());
		}
	}

	private static NatsExchangeException disconnected() {
		return new NatsExchangeException(ExchangeFailure.DISCONNECTED, "There is no connection to NATS");
	}

	/**
	 * Returns how many exchanges wait for a reply.
	 */
	int waiting() {
		return this.replyRouter.waiting();
	}

	String newReplySubject() {
		return this.replyRouter.newReplySubject();
	}

	ExchangeTimer timer() {
		return this.timer;
	}

	ReplyDecoder replyDecoder() {
		return this.replyDecoder;
	}

	/**
	 * Forgets an exchange that has ended; called once for each that was started.
	 */
	void ended(CallerExchange exchange) {
		this.replyRouter.remove(exchange.replySubject());
		this.inFlight.decrementAndGet();
	}

	/**
	 * Ends the subscription to the inbox. Exchanges under way end with their time-outs.
	 */
	@Override
	public void close() {
		this.replyRouter.close();
	}

}
