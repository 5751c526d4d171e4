package io.natsproxy.core.exchange.listener;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.NatsPublisher;
import io.natsproxy.core.format.FormatRequest;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.memory.ConnectionCredit;
import io.natsproxy.core.stream.ReceiveWindow;
import io.natsproxy.core.stream.StreamEndpoint;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.TransportSubscriber;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.HeadSize;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Receives requests over NATS: subscribes in one queue group, reads each message, answers
 * what is malformed or too much by itself, and hands on the rest.
 */
public final class NatsListener {

	private static final Logger logger = LoggerFactory.getLogger(NatsListener.class);

	private static final Duration SUBSCRIBE_TIMEOUT = Duration.ofSeconds(2);

	private final NatsTransport transport;

	private final NatsPublisher publisher;

	private final ExchangeTimer timer;

	private final ByteBudget budget;

	private final ConnectionCredit credit;

	private final NatsListenerOptions options;

	private final NatsRequestHandler handler;

	private final HeadCodec headCodec = new HeadCodec();

	private final RequestDecoder requestDecoder;

	private final ReplySubjects replySubjects;

	private final @Nullable MessageFormat format;

	private volatile Collection<String> subscribed = List.of();

	private final AtomicInteger inFlight = new AtomicInteger();

	private final AtomicInteger streams = new AtomicInteger();

	private final CompletableFuture<Void> idle = new CompletableFuture<>();

	private volatile boolean draining;

	private final String cancelSubject;

	/**
	 * The exchanges that are being handled, by their reply subjects.
	 */
	private final Map<String, IncomingExchange> exchanges = new ConcurrentHashMap<>();

	private final Disposable.Swap denials = Disposables.swap();

	private @Nullable TransportSubscriber subscriber;

	private @Nullable Inbox inbox;

	/**
	 * Creates a listener, which does not listen yet.
	 * @param exchanges has the timer and the budget of bytes; not closed by this object
	 * @param transport carries the messages
	 * @param options queue group and limits
	 * @param handler takes the requests
	 */
	public NatsListener(NatsExchanges exchanges, NatsListenerOptions options, NatsRequestHandler handler) {
		SubjectCodec subjectCodec = exchanges.subjectCodec();
		this.transport = exchanges.transport();
		this.publisher = new NatsPublisher(this.transport);
		this.timer = exchanges.timer();
		this.budget = exchanges.budget();
		this.credit = exchanges.credit(this.transport);
		this.replySubjects = exchanges.replySubjects();
		this.cancelSubject = subjectCodec.controlSubject(WireProtocol.CANCEL_SUBJECT);
		this.options = options;
		this.handler = handler;
		this.requestDecoder = new RequestDecoder(this.headCodec, subjectCodec, this.replySubjects, options);
		this.format = options.format();
	}

	/**
	 * Begins to listen; called once. Returns when the server knows the subscriptions, if
	 * it can be asked.
	 * @param subjects the subjects, which may have wildcards and overlap
	 */
	public void start(Collection<String> subjects) {
		this.subscribed = List.copyOf(subjects);
		TransportSubscriber subscriber = this.transport.newSubscriber(this::onMessage);
		subjects.forEach((subject) -> subscriber.subscribe(subject, this.options.queueGroup()));
		subscriber.subscribe(this.cancelSubject, (String) null);
		this.subscriber = subscriber;
		this.denials.update(this.transport.onPublishDenied(this::onPublishDenied));
		awaitServer();
	}

	private void awaitServer() {
		try {
			if (this.transport.isConnected() && !this.transport.flush(SUBSCRIBE_TIMEOUT)) {
				logger.debug("The server has not acknowledged the subscriptions within {}", SUBSCRIBE_TIMEOUT);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Ends the subscriptions, and waits until the requests that have arrived are
	 * answered. What is not answered in time is broken off.
	 * @param timeout how long to wait
	 * @return whether every request was answered in time
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	public boolean drain(Duration timeout) throws InterruptedException {
		return drain(timeout, () -> {
		});
	}

	/**
	 * Ends the subscriptions, and waits until the requests that have arrived are
	 * answered. What is not answered in time is broken off.
	 * @param timeout how long to wait
	 * @param unsubscribed is run once, when no more requests are going to arrive and
	 * those that have are being handled
	 * @return whether every request was answered in time
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	public boolean drain(Duration timeout, Runnable unsubscribed) throws InterruptedException {
		TransportSubscriber subscriber = this.subscriber;
		if (subscriber == null || this.transport.isClosed()) {
			unsubscribed.run();
			return isIdle();
		}
		boolean drained = drain(subscriber, System.nanoTime() + timeout.toNanos(), unsubscribed);
		this.exchanges.values().forEach(IncomingExchange::abort);
		closeInbox();
		return drained;
	}

	private boolean drain(TransportSubscriber subscriber, long deadline, Runnable unsubscribed)
			throws InterruptedException {
		if (!this.transport.isConnected()) {
			subscriber.close();
			unsubscribed.run();
			return isIdle();
		}
		try {
			boolean ended = subscriber.drain(left(deadline));
			unsubscribed.run();
			if (!ended) {
				return false;
			}
			this.draining = true;
			completeIfIdle();
			this.idle.get(left(deadline).toNanos(), TimeUnit.NANOSECONDS);
			return this.transport.flush(left(deadline));
		}
		catch (TimeoutException | ExecutionException ex) {
			return false;
		}
	}

	private static Duration left(long deadline) {
		return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
	}

	/**
	 * What is streamed to a caller is not permitted. Of a reply in one message nobody
	 * knows any more.
	 */
	private void onPublishDenied(Denial denial) {
		IncomingExchange exchange = (denial.subject() != null) ? this.exchanges.get(denial.subject()) : null;
		if (exchange != null) {
			exchange.notPermitted();
		}
	}

	private synchronized void closeInbox() {
		this.denials.dispose();
		if (this.inbox != null) {
			this.inbox.close();
		}
	}

	/**
	 * Returns the number of requests that are being handled, and are no streams.
	 * @return the number of exchanges handed on and not ended
	 */
	public int inFlight() {
		return this.inFlight.get();
	}

	/**
	 * Returns the number of exchanges of which a body is a stream.
	 * @return the number of those that have not ended
	 */
	public int streams() {
		return this.streams.get();
	}

	/**
	 * Counts an exchange as a stream from now on.
	 * @return {@code false} if there are too many; it stays as it was then
	 */
	boolean becomeStream() {
		if (this.streams.incrementAndGet() > this.options.maxStreams()) {
			this.streams.decrementAndGet();
			return false;
		}
		this.inFlight.decrementAndGet();
		return true;
	}

	/**
	 * Returns how many receivers of cancellations and frames are registered.
	 */
	public synchronized int waiting() {
		return this.exchanges.size() + ((this.inbox != null) ? this.inbox.waiting() : 0);
	}

	private void onMessage(TransportMessage message) {
		if (message.subject().equals(this.cancelSubject)) {
			onCancel(message);
			return;
		}
		String replySubject = message.replySubject();
		if (replySubject == null || replySubject.isEmpty()) {
			logger.debug("Dropped a request without a reply subject on {}", SafeText.of(message.subject()));
			return;
		}
		if (!this.replySubjects.allows(replySubject, "the reply subject of a request")) {
			return;
		}
		int inFlight = this.inFlight.incrementAndGet();
		IncomingExchange exchange = null;
		try {
			MessageFormat format = this.format;
			exchange = (format != null && isBare(message)) ? acceptBare(message, format, replySubject, inFlight)
					: accept(message, replySubject, inFlight);
		}
		finally {
			if (exchange == null) {
				countDown();
			}
		}
		if (exchange != null) {
			handle(exchange);
		}
	}

	/**
	 * Takes a request, or refuses it.
	 * @return the exchange, to be handled; {@code null} if there is nothing to be done
	 */
	private @Nullable IncomingExchange accept(TransportMessage message, String replySubject, int inFlight) {
		try {
			RequestHead head = this.requestDecoder.decode(message);
			if (head == null) {
				return null;
			}
			if (inFlight > this.options.maxInFlight()) {
				return refuseOverload(replySubject, null);
			}
			return accept(message, head, replySubject);
		}
		catch (MalformedMessageException ex) {
			return refuse(replySubject, null, Problem.HEADERS, Problem.of(ex.status(), ex.getMessage()));
		}
	}

	private @Nullable IncomingExchange accept(TransportMessage message, RequestHead head, String replySubject) {
		NatsHeaders headers = message.headers();
		int maxReply = (headers != null) ? HeadCodec.maxReply(headers) : Integer.MAX_VALUE;
		boolean streamed = headers != null && HeadCodec.isStreamed(headers);
		ByteReservation memory = new ByteReservation(this.budget);
		IncomingExchange exchange = new IncomingExchange(this, head, streamed, message.payload(), replySubject,
				maxReply, memory);
		return memory.tryReserve(message.payload().length) ? exchange : refuseForMemory(replySubject, null);
	}

	private @Nullable IncomingExchange refuseForMemory(String replySubject, @Nullable MessageFormat format) {
		return refuse(replySubject, format, Problem.RETRY_HEADERS,
				Problem.of(503, "The service has no memory for more bodies at the moment"));
	}

	private static boolean isBare(TransportMessage message) {
		return (message.headers() == null || message.headers().isEmpty()) && !message.isStatus();
	}

	/**
	 * Takes a message that may be a request in another format, or refuses it.
	 * @return the exchange, to be handled; {@code null} if there is nothing to be done
	 */
	private @Nullable IncomingExchange acceptBare(TransportMessage message, MessageFormat format, String replySubject,
			int inFlight) {
		try {
			FormatRequest request = format.decodeRequest(message.payload());
			if (request == null) {
				return accept(message, replySubject, inFlight);
			}
			requireAgreement(message.subject(), format, request.head());
			if (inFlight > this.options.maxInFlight()) {
				return refuseOverload(replySubject, format);
			}
			ByteReservation memory = new ByteReservation(this.budget);
			IncomingExchange exchange = new IncomingExchange(this, format, request, replySubject, memory);
			return memory.tryReserve(request.body().length) ? exchange : refuseForMemory(replySubject, format);
		}
		catch (MalformedMessageException ex) {
			return refuse(replySubject, format, Problem.HEADERS, Problem.of(ex.status(), ex.getMessage()));
		}
	}

	private void requireAgreement(String subject, MessageFormat format, RequestHead head) {
		int headSize = HeadSize.of(head);
		if (headSize > this.options.maxHeadSize()) {
			throw new MalformedMessageException(431,
					"The head takes " + headSize + " bytes, the limit is " + this.options.maxHeadSize());
		}
		if (this.options.verifySubject() && !format.agree(subject, head.method(), head.path(), this.subscribed)) {
			throw new MalformedMessageException("The target is not that of the subject");
		}
	}

	private @Nullable IncomingExchange refuseOverload(String replySubject, @Nullable MessageFormat format) {
		return refuse(replySubject, format, Problem.RETRY_HEADERS,
				Problem.of(503, "Too many requests are in flight, the limit is " + this.options.maxInFlight()));
	}

	/**
	 * A caller has stopped waiting. If its request came here, its handler is cancelled.
	 */
	private void onCancel(TransportMessage message) {
		IncomingExchange exchange = this.exchanges.get(new String(message.payload(), StandardCharsets.ISO_8859_1));
		if (exchange != null) {
			exchange.cancelled();
		}
	}

	private void handle(IncomingExchange exchange) {
		try {
			this.exchanges.put(exchange.replySubject(), exchange);
			this.handler.handle(exchange);
		}
		catch (Throwable ex) {
			// Errors, too: they must not get to the connection, which is everybody's.
			Uncaught.report(logger, "The handler of a request failed", ex);
			try {
				exchange.reply(new ResponseHead(500, Problem.HEADERS), Problem.of(500, "The service failed").toJson());
			}
			finally {
				exchange.discard();
			}
		}
	}

	private @Nullable IncomingExchange refuse(String replySubject, @Nullable MessageFormat format, HeaderFields headers,
			Problem problem) {
		reply(replySubject, format, new ResponseHead(problem.status(), headers), problem.toJson());
		return null;
	}

	/**
	 * Publishes a reply, or a problem in its place when it does not fit one message or
	 * cannot be written.
	 * @param format the format of the request; {@code null} for natsproxy's own
	 */
	void reply(String replySubject, @Nullable MessageFormat format, ResponseHead head, byte[] body) {
		try {
			if (format != null) {
				replyForeign(replySubject, format, head, body);
			}
			else {
				reply(replySubject, this.headCodec.encode(head), body);
			}
		}
		catch (MalformedMessageException ex) {
			logger.error("A response cannot be sent: {}", ex.getMessage());
			publishProblem(replySubject, format, Problem.of(500, "The service failed"));
		}
	}

	private void replyForeign(String replySubject, MessageFormat format, ResponseHead head, byte[] body) {
		byte[] payload = format.encodeResponse(head, body);
		if (payload.length > this.transport.maxPayload()) {
			publishProblem(replySubject, format, tooLong(payload.length));
		}
		else {
			publish(replySubject, null, payload);
		}
	}

	Problem tooLong(long size) {
		return Problem.of(502,
				"The response takes " + size + " bytes, one NATS message takes " + this.transport.maxPayload());
	}

	/**
	 * Publishes a reply, or a problem in its place when it does not fit one message.
	 */
	void reply(String replySubject, NatsHeaders headers, byte[] body) {
		long size = headers.serializedLength() + (long) body.length;
		if (size > this.transport.maxPayload()) {
			publishProblem(replySubject, null, tooLong(size));
		}
		else {
			publish(replySubject, headers, body);
		}
	}

	private void publishProblem(String replySubject, @Nullable MessageFormat format, Problem problem) {
		ResponseHead head = new ResponseHead(problem.status(), Problem.HEADERS);
		if (format != null) {
			publish(replySubject, null, format.encodeResponse(head, problem.toJson()));
		}
		else {
			publish(replySubject, this.headCodec.encode(head), problem.toJson());
		}
	}

	/**
	 * Publishes to a caller. Without a connection nothing is published: the caller
	 * notices by itself.
	 */
	private void publish(String replySubject, @Nullable NatsHeaders headers, byte[] body) {
		try {
			this.transport.publish(replySubject, null, headers, body);
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			logger.debug("Could not reply: {}", ex.getMessage());
		}
	}

	/**
	 * Publishes the head of a streamed response, and the first part of its body.
	 * @throws NatsExchangeException if it cannot be published
	 */
	void publishHead(String replySubject, String ownSubject, NatsHeaders headers, byte[] firstPart) {
		try {
			this.publisher.publish(replySubject, ownSubject, headers, firstPart);
		}
		catch (IllegalArgumentException ex) {
			throw new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
					"The head of a streamed response could not be sent: " + ex.getMessage());
		}
	}

	NatsHeaders encode(ResponseHead head) {
		return this.headCodec.encode(head);
	}

	long maxPayload() {
		return this.transport.maxPayload();
	}

	/**
	 * Returns how many bytes fit one message together with a head.
	 */
	int maxMessage(NatsHeaders headers) {
		return (int) Math.min(Integer.MAX_VALUE, this.transport.maxPayload() - headers.serializedLength());
	}

	int frameSize() {
		return this.options.streams().frameSize(this.transport.maxPayload());
	}

	/**
	 * Makes the window of a request's body.
	 */
	ReceiveWindow newWindow(ByteReservation memory, LongConsumer grant, Consumer<NatsExchangeException> refused) {
		return new ReceiveWindow(this.options.streams().window(), this.transport.maxPayload(), memory, this.credit,
				this.timer, grant, refused);
	}

	ExchangeTimer timer() {
		return this.timer;
	}

	/**
	 * Returns the most streams at once.
	 */
	int maxStreams() {
		return this.options.maxStreams();
	}

	StreamEndpoint newEndpoint(Consumer<NatsExchangeException> lost) {
		return new StreamEndpoint(this.transport, this.timer, this.options.streams(), lost);
	}

	/**
	 * Gives an exchange a subject of its own, to which the frames of its caller come.
	 */
	String register(IncomingExchange exchange) {
		Inbox inbox = inbox();
		if (inbox.isRefused()) {
			throw Inbox.refused();
		}
		String subject = inbox.newSubject();
		inbox.register(subject, exchange);
		return subject;
	}

	/**
	 * The inbox for frames, made with the first stream.
	 */
	private synchronized Inbox inbox() {
		Inbox inbox = this.inbox;
		if (inbox == null) {
			inbox = new Inbox(this.transport);
			this.inbox = inbox;
		}
		return inbox;
	}

	/**
	 * Forgets an exchange that has ended; called once for each.
	 */
	void ended(IncomingExchange exchange, @Nullable String ownSubject, boolean stream) {
		try {
			this.exchanges.remove(exchange.replySubject(), exchange);
			if (ownSubject != null) {
				inbox().remove(ownSubject);
			}
		}
		finally {
			if (stream) {
				this.streams.decrementAndGet();
				completeIfIdle();
			}
			else {
				countDown();
			}
		}
	}

	private void countDown() {
		this.inFlight.decrementAndGet();
		completeIfIdle();
	}

	private boolean isIdle() {
		return this.inFlight.get() + this.streams.get() == 0;
	}

	private void completeIfIdle() {
		if (this.draining && isIdle()) {
			this.idle.complete(null);
		}
	}

}
