package io.natsproxy.core.exchange;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.HeaderFields;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives requests over NATS: subscribes in one queue group, reads each message, answers
 * what is malformed or too much by itself, and hands on the rest.
 */
public final class NatsListener {

	private static final Logger logger = LoggerFactory.getLogger(NatsListener.class);

	private static final Duration SUBSCRIBE_TIMEOUT = Duration.ofSeconds(2);

	private final Connection connection;

	private final NatsListenerOptions options;

	private final NatsRequestHandler handler;

	private final HeadCodec headCodec = new HeadCodec();

	private final RequestDecoder requestDecoder;

	private final AtomicInteger inFlight = new AtomicInteger();

	private final CompletableFuture<Void> idle = new CompletableFuture<>();

	private volatile boolean draining;

	private @Nullable Dispatcher dispatcher;

	/**
	 * Creates a listener, which does not listen yet.
	 * @param connection the connection, which need not be connected yet and is not closed
	 * by this object
	 * @param subjectCodec reads the subjects
	 * @param options queue group and limits
	 * @param handler takes the requests
	 */
	public NatsListener(Connection connection, SubjectCodec subjectCodec, NatsListenerOptions options,
			NatsRequestHandler handler) {
		this.connection = connection;
		this.options = options;
		this.handler = handler;
		this.requestDecoder = new RequestDecoder(this.headCodec, subjectCodec, options);
	}

	/**
	 * Begins to listen; called once. Returns when the server knows the subscriptions, if
	 * it can be asked.
	 * @param subjects the subjects, which may have wildcards and overlap
	 */
	public void start(Collection<String> subjects) {
		Dispatcher dispatcher = this.connection.createDispatcher(this::onMessage);
		subjects.forEach((subject) -> dispatcher.subscribe(subject, this.options.queueGroup()));
		this.dispatcher = dispatcher;
		awaitServer();
	}

	private void awaitServer() {
		if (this.connection.getStatus() != Connection.Status.CONNECTED) {
			return;
		}
		try {
			this.connection.flush(SUBSCRIBE_TIMEOUT);
		}
		catch (TimeoutException ex) {
			logger.debug("The server has not acknowledged the subscriptions within {}", SUBSCRIBE_TIMEOUT);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Ends the subscriptions, and waits until the requests that have arrived are
	 * answered.
	 * @param timeout how long to wait
	 * @return whether every request was answered in time
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	public boolean drain(Duration timeout) throws InterruptedException {
		Dispatcher dispatcher = this.dispatcher;
		if (dispatcher == null || !dispatcher.isActive() || this.connection.getStatus() == Connection.Status.CLOSED) {
			return this.inFlight.get() == 0;
		}
		if (this.connection.getStatus() != Connection.Status.CONNECTED) {
			// Or else its subscriptions would come back with the connection.
			this.connection.closeDispatcher(dispatcher);
			return this.inFlight.get() == 0;
		}
		long deadline = System.nanoTime() + timeout.toNanos();
		try {
			if (!dispatcher.drain(timeout).get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
				return false;
			}
			this.draining = true;
			completeIfIdle();
			this.idle.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
			this.connection.flush(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
			return true;
		}
		catch (TimeoutException | ExecutionException ex) {
			return false;
		}
	}

	/**
	 * Returns the number of requests that are being handled.
	 * @return the number of exchanges handed on and not ended
	 */
	public int inFlight() {
		return this.inFlight.get();
	}

	private void onMessage(Message message) {
		String replySubject = message.getReplyTo();
		if (replySubject == null || replySubject.isEmpty()) {
			logger.debug("Dropped a request without a reply subject on {}", message.getSubject());
			return;
		}
		int inFlight = this.inFlight.incrementAndGet();
		try {
			RequestHead head = this.requestDecoder.decode(message);
			if (head == null) {
				ended();
			}
			else if (inFlight > this.options.maxInFlight()) {
				refuse(replySubject, Problem.RETRY_HEADERS,
						Problem.of(503, "Too many requests are in flight, the limit is " + this.options.maxInFlight()));
			}
			else {
				handle(new IncomingExchange(this, head, message.getData(), replySubject));
			}
		}
		catch (MalformedMessageException ex) {
			refuse(replySubject, Problem.HEADERS, Problem.of(ex.status(), ex.getMessage()));
		}
	}

	private void handle(IncomingExchange exchange) {
		try {
			this.handler.handle(exchange);
		}
		catch (RuntimeException ex) {
			logger.error("The handler of a request failed", ex);
			exchange.reply(new ResponseHead(500, Problem.HEADERS), Problem.of(500, "The service failed").toJson());
		}
	}

	private void refuse(String replySubject, HeaderFields headers, Problem problem) {
		try {
			reply(replySubject, new ResponseHead(problem.status(), headers), problem.toJson());
		}
		finally {
			ended();
		}
	}

	/**
	 * Publishes a reply, or a problem in its place when it does not fit one message or
	 * cannot be written.
	 */
	void reply(String replySubject, ResponseHead head, byte[] body) {
		Headers headers;
		try {
			headers = this.headCodec.encode(head);
		}
		catch (MalformedMessageException ex) {
			logger.error("A response cannot be sent: {}", ex.getMessage());
			publishProblem(replySubject, Problem.of(500, "The service failed"));
			return;
		}
		long size = headers.serializedLength() + (long) body.length;
		if (size > this.connection.getMaxPayload()) {
			publishProblem(replySubject, Problem.of(502, "The response takes " + size
					+ " bytes, one NATS message takes " + this.connection.getMaxPayload()));
		}
		else {
			publish(replySubject, headers, body);
		}
	}

	private void publishProblem(String replySubject, Problem problem) {
		publish(replySubject, this.headCodec.encode(new ResponseHead(problem.status(), Problem.HEADERS)),
				problem.toJson());
	}

	private void publish(String replySubject, Headers headers, byte[] body) {
		try {
			this.connection.publish(replySubject, headers, body);
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			logger.debug("Could not reply: {}", ex.getMessage());
		}
	}

	int maxPayload() {
		return (int) Math.min(Integer.MAX_VALUE, this.connection.getMaxPayload());
	}

	/**
	 * Counts down; called once for each exchange.
	 */
	void ended() {
		this.inFlight.decrementAndGet();
		completeIfIdle();
	}

	private void completeIfIdle() {
		if (this.draining && this.inFlight.get() == 0) {
			this.idle.complete(null);
		}
	}

}
