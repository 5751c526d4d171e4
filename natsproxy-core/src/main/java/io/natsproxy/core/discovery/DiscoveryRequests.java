package io.natsproxy.core.discovery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.BiConsumer;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.transport.NatsTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what a service is asked for, elsewhere than on the thread that receives, and at
 * a pace that leaves the connection to the service: {@value #BYTES_A_SECOND} bytes in a
 * second, of which each request counts {@value #MIN_LENGTH} at least, and
 * {@value #MAX_WAITING} requests that wait. What is more is not answered. Safe for use by
 * many threads.
 */
final class DiscoveryRequests {

	/**
	 * Longest answer, where the server takes longer messages.
	 */
	static final int MAX_LENGTH = 1024 * 1024;

	/**
	 * Most requests that wait for their answers.
	 */
	static final int MAX_WAITING = 256;

	/**
	 * The least that a request counts, however short its answer is.
	 */
	static final int MIN_LENGTH = 1024;

	static final int BYTES_A_SECOND = 4 * MAX_LENGTH;

	private static final Logger logger = LoggerFactory.getLogger(DiscoveryRequests.class);

	/**
	 * A pause that is not worth the timer.
	 */
	private static final long SHORT_DELAY = 10_000_000;

	private static final byte[] NOTHING = {};

	private final RateLimitedLog floods = new RateLimitedLog(logger);

	private final NatsTransport transport;

	private final BiConsumer<Runnable, Duration> timer;

	private final String service;

	/**
	 * Guarded by this object, like all that follows.
	 */
	private final Queue<Request> waiting = new ArrayDeque<>();

	private boolean running;

	private boolean closed;

	/**
	 * The time before which nothing more is sent, on the clock of
	 * {@link System#nanoTime()}.
	 */
	private long notBefore = System.nanoTime();

	/**
	 * Creates the object.
	 * @param service the name of the service, for the log
	 */
	DiscoveryRequests(NatsTransport transport, ExchangeTimer timer, String service) {
		this(transport, (task, delay) -> {
			if (delay.isZero()) {
				timer.execute(task);
			}
			else {
				timer.schedule(task, delay);
			}
		}, service);
	}

	/**
	 * Creates the object.
	 * @param timer runs a task elsewhere after a time
	 * @param service the name of the service, for the log
	 */
	DiscoveryRequests(NatsTransport transport, BiConsumer<Runnable, Duration> timer, String service) {
		this.transport = transport;
		this.timer = timer;
		this.service = service;
	}

	/**
	 * Takes a request; does not block.
	 */
	void add(Request request) {
		synchronized (this) {
			if (this.closed) {
				return;
			}
			if (this.waiting.size() < MAX_WAITING) {
				this.waiting.add(request);
				if (!this.running) {
					answerSoon();
				}
				return;
			}
		}
		this.floods.warn("Service '{}' is asked who it is faster than it answers: some get no answer", this.service);
	}

	/**
	 * Answers nothing from now on.
	 */
	synchronized void close() {
		this.closed = true;
		this.waiting.clear();
	}

	/**
	 * Has those answered that wait. Fails where there is no memory for that: the next
	 * request tries again.
	 */
	private void answerSoon() {
		long delay = this.notBefore - System.nanoTime();
		this.running = true;
		try {
			this.timer.accept(this::answer, (delay < SHORT_DELAY) ? Duration.ZERO : Duration.ofNanos(delay));
		}
		catch (Throwable ex) {
			this.running = false;
			throw ex;
		}
	}

	private void answer() {
		long sent = 0;
		try {
			sent = answerWaiting();
		}
		finally {
			goOn(sent);
		}
	}

	private synchronized void goOn(long sent) {
		long now = System.nanoTime();
		long from = (this.notBefore - now > 0) ? this.notBefore : now;
		this.notBefore = from + sent * 1_000_000_000L / BYTES_A_SECOND;
		this.running = false;
		if (!this.closed && !this.waiting.isEmpty()) {
			answerSoon();
		}
	}

	/**
	 * Answers those that wait now, for which each answer is written once, until so much
	 * has been sent that there has to be a pause.
	 * @return the number of bytes that have been sent
	 */
	private long answerWaiting() {
		Map<Answer, byte[]> written = new HashMap<>();
		long sent = 0;
		int left = waiting();
		while (left > 0 && sent < MAX_LENGTH) {
			Request request = next();
			if (request == null) {
				break;
			}
			byte[] reply = written.computeIfAbsent(request.answer(), this::write);
			send(request.replySubject(), reply);
			sent += Math.max(reply.length, MIN_LENGTH);
			left--;
		}
		return sent;
	}

	private synchronized int waiting() {
		return this.waiting.size();
	}

	private synchronized @Nullable Request next() {
		return this.waiting.poll();
	}

	private byte[] write(Answer answer) {
		int maxLength = (int) Math.min(MAX_LENGTH, this.transport.maxPayload());
		byte[] reply = answer.write(maxLength);
		if (reply == null) {
			this.floods.warn(
					"Service '{}' cannot tell who it is: description and metadata do not fit a message of {} bytes",
					this.service, maxLength);
			return NOTHING;
		}
		return reply;
	}

	/**
	 * Publishes an answer. Without a connection nothing is published: whoever has asked
	 * notices by itself.
	 */
	private void send(String replySubject, byte[] reply) {
		try {
			if (reply.length > 0) {
				this.transport.publish(replySubject, null, null, reply);
			}
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			logger.debug("Service '{}' could not answer: {}", this.service, ex.getMessage());
		}
	}

	/**
	 * What is to be answered. Equal ones are written once for all that wait.
	 */
	interface Answer {

		/**
		 * Writes the answer.
		 * @param maxLength the most bytes that it may have
		 * @return the payload, or {@code null} if none fits
		 */
		byte @Nullable [] write(int maxLength);

	}

	/**
	 * A request.
	 *
	 * @param answer what is to be answered
	 * @param replySubject where the answer goes
	 */
	record Request(Answer answer, String replySubject) {

	}

}
