package io.natsproxy.core.exchange;

import io.natsproxy.core.link.NatsLink;
import io.natsproxy.core.link.LinkMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.NatsHeaders;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.WireProtocol;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Sends requests over NATS and waits for their replies: on one inbox for all of them,
 * with one timing wheel, and with no more in flight than allowed. Safe for use by many
 * threads.
 */
public final class NatsCaller implements AutoCloseable {

	private final NatsLink link;

	private final SubjectCodec subjectCodec;

	private final ExchangeTimer timer;

	private final NatsCallerOptions options;

	private final HeadCodec headCodec = new HeadCodec();

	private final ReplyDecoder replyDecoder;

	private final Inbox inbox;

	private final AtomicInteger inFlight = new AtomicInteger();

	/**
	 * Creates a caller and subscribes to its inbox.
	 * @param link carries the messages
	 * @param subjectCodec makes the subjects
	 * @param timer keeps the deadlines; not closed by this object
	 * @param options the limits
	 */
	NatsCaller(NatsLink link, SubjectCodec subjectCodec, ExchangeTimer timer, NatsCallerOptions options) {
		this.link = link;
		this.subjectCodec = subjectCodec;
		this.timer = timer;
		this.options = options;
		this.replyDecoder = new ReplyDecoder(this.headCodec, options.maxHeadSize());
		this.inbox = new Inbox(link);
	}

	/**
	 * Sends a request, once subscribed to, and waits for its reply. A body that does not
	 * fit one message, or that is flushed ({@link BodyChunks#FLUSH}), becomes a stream.
	 * Cancelling the subscription ends the exchange, and so does the end of a streamed
	 * reply.
	 * @param head the head; its time-out is replaced by the time that is left when the
	 * request is published
	 * @param body the body, or empty; only subscribed to when the exchange may go on
	 * @param timeout how long it may take until the request is published, or streamed,
	 * and the head of the reply has come. While the request is being streamed, and from
	 * the head of a streamed reply on, it does not count
	 * @param executor where the reply is handed over and bodies are moved on, so that the
	 * thread on which all replies arrive is never held up
	 * @return the reply, or a {@link NatsExchangeException}, or an error of the body
	 */
	public Mono<NatsReply> exchange(RequestHead head, Publisher<byte[]> body, Duration timeout, Executor executor) {
		return Mono.create((sink) -> start(body, sink, () -> {
			requireConnection();
			String subject = subject(head);
			NatsHeaders headers = encode(
					new RequestHead(head.method(), head.target(), timeout, head.headers(), head.socket()));
			return begin(new CallerExchange(this, subject, headers, head.socket(), timeout, executor, sink), subject,
					headers);
		}));
	}

	/**
	 * Sends a request in another format, once subscribed to, and waits for its reply, as
	 * {@link #exchange(RequestHead, Publisher, Duration, Executor)} does. Nothing is
	 * streamed: a body that does not fit one message fails with
	 * {@link ExchangeFailure#BODY_TOO_LARGE}.
	 * @param head the head
	 * @param body the body, or empty; only subscribed to when the exchange may go on
	 * @param call the format, and what it says beside the head
	 * @param timeout how long it may take until the request is published, and the reply
	 * has come
	 * @param executor where the reply is handed over
	 * @return the reply, or a {@link NatsExchangeException}, or an error of the body
	 */
	public Mono<NatsReply> exchange(RequestHead head, Publisher<byte[]> body, FormatCall call, Duration timeout,
			Executor executor) {
		return Mono.create((sink) -> {
			FormatExchange exchange;
			try {
				requireConnection();
				List<String> subjects = subjects(head, call);
				exchange = new FormatExchange(this, call, head, subjects, timeout, executor, sink);
				for (String subject : subjects) {
					requireShortSubject(subject.getBytes(StandardCharsets.UTF_8).length, exchange.replySubject());
				}
				requireShortHead(HeaderSize.of(head));
				count();
			}
			catch (NatsExchangeException ex) {
				sink.error(ex);
				return;
			}
			exchange.start(body);
		});
	}

	private static List<String> subjects(RequestHead head, FormatCall call) {
		try {
			return call.format().subjects(head.method(), head.path());
		}
		catch (MalformedMessageException ex) {
			throw new NatsExchangeException(ExchangeFailure.MALFORMED_REQUEST, ex.getMessage());
		}
	}

	/**
	 * Sends a message of the protocol that is not that of a route, and waits for its
	 * reply. Cancelling the subscription ends the exchange.
	 * @param subject the subject
	 * @param headers the NATS headers
	 * @param body the payload
	 * @param timeout how long it may take until the reply has come
	 * @param executor where the reply is handed over
	 * @return the reply, or a {@link NatsExchangeException}
	 */
	public Mono<NatsReply> request(String subject, NatsHeaders headers, byte[] body, Duration timeout,
			Executor executor) {
		return Mono.create((sink) -> start(Mono.just(body), sink, () -> {
			requireConnection();
			NatsHeaders own = new NatsHeaders(headers);
			return begin(new CallerExchange(this, subject, own, null, timeout, executor, sink), subject, own);
		}));
	}

	private static void start(Publisher<byte[]> body, MonoSink<NatsReply> sink, Supplier<CallerExchange> begin) {
		CallerExchange exchange;
		try {
			exchange = begin.get();
		}
		catch (NatsExchangeException ex) {
			sink.error(ex);
			return;
		}
		try {
			exchange.start(body);
		}
		catch (RuntimeException ex) {
			exchange.failed(ex);
		}
	}

	private void requireConnection() {
		if (!this.link.isConnected()) {
			throw disconnected();
		}
	}

	private CallerExchange begin(CallerExchange exchange, String subject, NatsHeaders headers) {
		requireShortSubject(subject.length(), exchange.replySubject());
		requireShortHead(headers.serializedLength());
		count();
		return exchange;
	}

	private void count() {
		if (this.inFlight.incrementAndGet() > this.options.maxInFlight()) {
			this.inFlight.decrementAndGet();
			throw new NatsExchangeException(ExchangeFailure.OVERLOADED,
					"Too many requests are in flight, the limit is " + this.options.maxInFlight());
		}
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
	 * Returns how long a message may be, its head included.
	 * @return bytes that the server takes in one message
	 */
	public long maxPayload() {
		return this.link.maxPayload();
	}

	/**
	 * Publishes the request of an exchange.
	 * @return whether it was published: not if the exchange has ended meanwhile
	 * @throws NatsExchangeException if it cannot be published
	 */
	boolean publish(CallerExchange exchange, String subject, NatsHeaders headers, byte[] body) {
		requireConnection();
		this.inbox.register(exchange.replySubject(), exchange::onMessage);
		if (exchange.hasEnded()) {
			// It ended after it was about to publish, and has been forgotten already.
			this.inbox.remove(exchange.replySubject());
			return false;
		}
		try {
			this.link.publish(subject, exchange.replySubject(), headers, body);
			return true;
		}
		catch (IllegalStateException ex) {
			throw disconnected();
		}
	}

	/**
	 * Publishes a request without NATS headers, whose reply subject is registered.
	 * @throws NatsExchangeException if it cannot be published
	 */
	void publish(String subject, String replySubject, byte[] payload) {
		requireConnection();
		try {
			this.link.publish(subject, replySubject, null, payload);
		}
		catch (IllegalStateException ex) {
			throw disconnected();
		}
	}

	void register(String replySubject, Consumer<LinkMessage> receiver) {
		this.inbox.register(replySubject, receiver);
	}

	void unregister(String replySubject) {
		this.inbox.remove(replySubject);
	}

	/**
	 * Tells whichever service has received a request that nobody waits for its reply.
	 */
	void publishCancel(String replySubject) {
		try {
			if (this.link.isConnected()) {
				this.link.publish(this.subjectCodec.controlSubject(WireProtocol.CANCEL_SUBJECT), null, null,
						replySubject.getBytes(StandardCharsets.US_ASCII));
			}
		}
		catch (IllegalStateException ex) {
			// No connection: the service gives up at its deadline.
		}
	}

	private NatsHeaders encode(RequestHead head) {
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

	private void requireShortSubject(int length, String replySubject) {
		int limit = this.options.maxControlLine() - WireProtocol.CONTROL_LINE_RESERVE;
		if (length + replySubject.length() > limit) {
			throw new NatsExchangeException(ExchangeFailure.TARGET_TOO_LONG, "The path makes a NATS subject of "
					+ length + " bytes, the limit is " + (limit - replySubject.length()));
		}
	}

	private void requireShortHead(int headSize) {
		long limit = Math.min(this.options.maxHeadSize(), this.link.maxPayload());
		if (headSize > limit) {
			throw new NatsExchangeException(ExchangeFailure.HEAD_TOO_LARGE,
					"The head takes " + headSize + " bytes, the limit is " + limit);
		}
	}

	int maxHeadSize() {
		return this.options.maxHeadSize();
	}

	/**
	 * Returns how many bytes fit one message together with a head.
	 */
	int maxMessage(NatsHeaders headers) {
		return (int) Math.min(Integer.MAX_VALUE, this.link.maxPayload() - headers.serializedLength());
	}

	int frameSize() {
		return this.options.streams().frameSize(this.link.maxPayload());
	}

	/**
	 * By how much the first part of a body, or the last frame, may go beyond the credit:
	 * less than one message.
	 */
	long overrun() {
		return this.link.maxPayload();
	}

	StreamOptions streams() {
		return this.options.streams();
	}

	StreamLink newLink(Consumer<NatsExchangeException> lost) {
		return new StreamLink(this.link, this.timer, this.options.streams(), lost);
	}

	/**
	 * Returns the failure of whoever must publish and cannot.
	 * @return the failure
	 */
	public static NatsExchangeException disconnected() {
		return new NatsExchangeException(ExchangeFailure.DISCONNECTED, "There is no connection to NATS");
	}

	/**
	 * Returns how many exchanges wait for a reply.
	 */
	int waiting() {
		return this.inbox.waiting();
	}

	String newReplySubject() {
		return this.inbox.newSubject();
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
		ended(exchange.replySubject());
	}

	void ended(String replySubject) {
		this.inbox.remove(replySubject);
		this.inFlight.decrementAndGet();
	}

	/**
	 * Ends the subscription to the inbox. Exchanges under way end with their time-outs.
	 */
	@Override
	public void close() {
		this.inbox.close();
	}

}
