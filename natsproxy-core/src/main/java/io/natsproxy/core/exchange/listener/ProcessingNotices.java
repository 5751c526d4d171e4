package io.natsproxy.core.exchange.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.ProcessingNotice;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.NatsTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Tells callers which of their requests are still being processed, where that takes
 * longer than a moment: looks at all exchanges now and then, and sends each caller one
 * message for all of its own. An exchange that ends within the moment costs nothing.
 */
final class ProcessingNotices implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ProcessingNotices.class);

	private final NatsExchanges context;

	private final NatsTransport transport;

	private final ReplySubjects replySubjects;

	private final IncomingExchanges exchanges;

	private final long after;

	private final long interval;

	private final long pause;

	private final NatsHeaders headers;

	private final NoticeSubjects subjects = new NoticeSubjects();

	private final Disposable.Swap repetition = Disposables.swap();

	/**
	 * Creates the object, which tells nothing yet.
	 * @param context has the transport and the timer; not closed by this object
	 * @param options say after which moment, and how often
	 * @param exchanges the exchanges under way
	 * @param instance the id of this instance, if it can be discovered
	 */
	ProcessingNotices(NatsExchanges context, StreamOptions options, IncomingExchanges exchanges,
			@Nullable String instance) {
		this.context = context;
		this.transport = context.transport();
		this.replySubjects = context.replySubjects();
		this.exchanges = exchanges;
		this.after = options.processingAfter().toNanos();
		this.interval = options.pingInterval().toNanos();
		this.pause = Math.min(this.after, this.interval);
		this.headers = ProcessingNotice.headers(options.pingInterval(), instance);
	}

	/**
	 * Begins to tell.
	 */
	void start() {
		if (this.after > 0) {
			this.repetition.update(this.context.timer().repeat(this::turn, Duration.ofNanos(this.pause)));
		}
	}

	/**
	 * Takes note that a message was not published, which may be no notice.
	 */
	void denied(Denial denial) {
		this.subjects.denied(denial.subject(), System.nanoTime());
	}

	/**
	 * Tells what is due.
	 */
	private void turn() {
		if (!this.transport.isConnected()) {
			// What would be sent later would tell of now.
			return;
		}
		long now = System.nanoTime();
		this.subjects.turn(now);
		Map<String, List<IncomingExchange>> due = new HashMap<>();
		this.exchanges.forEach((exchange) -> {
			String subject = exchange.noticeDue(now, this.after, this.interval - this.pause);
			if (subject != null) {
				due.computeIfAbsent(subject, (key) -> new ArrayList<>()).add(exchange);
			}
		});
		due.forEach((subject, exchanges) -> {
			if (send(subject, exchanges, now)) {
				exchanges.forEach((exchange) -> exchange.noticed(now));
			}
		});
	}

	/**
	 * Sends a notice, where it may be.
	 * @return whether it was sent; if not, the next turn tries again
	 */
	private boolean send(String subject, List<IncomingExchange> exchanges, long now) {
		if (!this.replySubjects.allows(subject, "the subject of notices of processing")
				|| !this.subjects.trySend(subject, now)) {
			return false;
		}
		List<String> requests = exchanges.stream().map(IncomingExchange::replySubject).toList();
		try {
			for (byte[] payload : ProcessingNotice.payloads(requests, this.transport.maxPayload() / 2)) {
				this.transport.publish(subject, null, this.headers, payload);
			}
			return true;
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			// No connection, or too much that waits to be sent: the next one may get
			// through.
			logger.debug("A notice of processing could not be sent: {}", ex.getMessage());
			this.subjects.notSent(subject, now);
			return false;
		}
	}

	/**
	 * Tells nothing any more.
	 */
	@Override
	public void close() {
		this.repetition.dispose();
	}

}
