package io.natsproxy.core.exchange.listener;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.TransportSubscriber;
import io.natsproxy.core.wire.Problem;
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

	private final NatsListenerOptions options;

	private final NatsRequestHandler handler;

	private final ReplySubjects replySubjects;

	private final String cancelSubject;

	private final IncomingExchanges exchanges;

	private final ListenerStreams streams;

	private final ProcessingNotices notices;

	private final RequestAcceptor requests;

	private final ListenerObserver observer;

	private final Disposable.Swap denials = Disposables.swap();

	private volatile Collection<String> subscribed = List.of();

	private @Nullable TransportSubscriber subscriber;

	/**
	 * Creates a listener, which does not listen yet.
	 * @param context has the transport, the timer and the budget of bytes; not closed by
	 * this object
	 * @param options queue group and limits
	 * @param handler takes the requests
	 */
	public NatsListener(NatsExchanges context, NatsListenerOptions options, NatsRequestHandler handler) {
		this(context, options, handler, ListenerObserver.NONE);
	}

	/**
	 * Creates a listener, which does not listen yet.
	 * @param context has the transport, the timer and the budget of bytes; not closed by
	 * this object
	 * @param options queue group and limits
	 * @param handler takes the requests
	 * @param observer is told what becomes of the listener and of its exchanges
	 */
	public NatsListener(NatsExchanges context, NatsListenerOptions options, NatsRequestHandler handler,
			ListenerObserver observer) {
		this.transport = context.transport();
		this.options = options;
		this.handler = handler;
		this.observer = new CountingObserver(context.listenerStatistics().exchanges(), observer);
		this.replySubjects = context.replySubjects();
		this.cancelSubject = context.subjectCodec().controlSubject(WireProtocol.CANCEL_SUBJECT);
		this.exchanges = new IncomingExchanges(options.maxInFlight(), options.maxStreams(), this.observer,
				context.listenerStatistics());
		this.streams = new ListenerStreams(context, options.streams());
		this.notices = new ProcessingNotices(context, options.streams(), this.exchanges, observer.id());
		RequestAcceptor requests = new NativeRequests(context, options, this.exchanges, this.streams, this.observer);
		MessageFormat format = options.format();
		this.requests = (format != null) ? new FormatRequests(context, format, requests, options, this.exchanges,
				() -> this.subscribed, this.observer) : requests;
	}

	/**
	 * Begins to listen; called once. Returns when the server knows the subscriptions, if
	 * it can be asked.
	 * @param subjects the subjects, which may have wildcards and overlap
	 */
	public void start(Collection<String> subjects) {
		this.subscribed = List.copyOf(subjects);
		TransportSubscriber subscriber = this.transport.newSubscriber(this::onMessage);
		// Before the first subscription: an abort ends those that have been made.
		this.subscriber = subscriber;
		subjects.forEach((subject) -> subscriber.subscribe(subject, this.options.queueGroup()));
		subscriber.subscribe(this.cancelSubject, (String) null);
		this.denials.update(this.transport.onPublishDenied(this::onPublishDenied));
		this.notices.start();
		awaitServer();
		this.observer.listening();
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
		this.observer.stopping();
		TransportSubscriber subscriber = this.subscriber;
		if (subscriber == null || this.transport.isClosed()) {
			this.notices.close();
			unsubscribed.run();
			return this.exchanges.isIdle();
		}
		boolean drained = drain(subscriber, System.nanoTime() + timeout.toNanos(), unsubscribed);
		end();
		return drained;
	}

	/**
	 * Ends the subscriptions, and breaks off what has not been answered, without waiting.
	 * Does nothing when all has ended already.
	 */
	public void abort() {
		this.observer.stopping();
		this.notices.close();
		TransportSubscriber subscriber = this.subscriber;
		if (subscriber != null && !this.transport.isClosed()) {
			subscriber.close();
			end();
		}
	}

	/**
	 * Breaks off what has not been answered.
	 */
	private void end() {
		this.exchanges.abort();
		this.notices.close();
		this.denials.dispose();
		this.streams.close();
	}

	private boolean drain(TransportSubscriber subscriber, long deadline, Runnable unsubscribed)
			throws InterruptedException {
		if (!this.transport.isConnected()) {
			subscriber.close();
			unsubscribed.run();
			return this.exchanges.isIdle();
		}
		boolean ended = subscriber.drain(left(deadline));
		unsubscribed.run();
		return ended && this.exchanges.awaitIdle(left(deadline)) && this.transport.flush(left(deadline));
	}

	private static Duration left(long deadline) {
		return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
	}

	/**
	 * Breaks off a stream to a caller to whom the server does not permit it. Of a reply
	 * in one message nobody knows any more.
	 */
	private void onPublishDenied(Denial denial) {
		this.notices.denied(denial);
		IncomingExchange exchange = (denial.subject() != null) ? this.exchanges.get(denial.subject()) : null;
		if (exchange != null) {
			exchange.notPermitted();
		}
	}

	/**
	 * Returns the number of requests that are being handled, and are no streams.
	 * @return the number of exchanges handed on and not ended
	 */
	public int inFlight() {
		return this.exchanges.inFlight();
	}

	/**
	 * Returns the number of exchanges of which a body is a stream.
	 * @return the number of those that have not ended
	 */
	public int streams() {
		return this.exchanges.streams();
	}

	/**
	 * Returns how many receivers of cancellations and frames are registered.
	 * @return the number, for tests and metrics
	 */
	public int waiting() {
		return this.exchanges.size() + this.streams.waiting();
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
		boolean overloaded = this.exchanges.countUp();
		IncomingExchange exchange = null;
		try {
			exchange = this.requests.accept(message, replySubject, overloaded);
		}
		finally {
			if (exchange == null) {
				this.exchanges.countDown();
			}
		}
		if (exchange != null) {
			exchange.subject(message.subject());
			handle(exchange);
		}
	}

	/**
	 * Cancels the handler of a caller that has stopped waiting, if its request came here.
	 */
	private void onCancel(TransportMessage message) {
		IncomingExchange exchange = this.exchanges.get(new String(message.payload(), StandardCharsets.ISO_8859_1));
		if (exchange != null) {
			exchange.cancelled();
		}
	}

	private void handle(IncomingExchange exchange) {
		try {
			this.exchanges.put(exchange);
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

}
