package io.natsproxy.core.management;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeoutException;

import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Answers the requests to read management endpoints that come to one instance of a
 * service: one after the other, on one thread that may be blocked, each within
 * {@value #SECONDS} seconds. {@value #MAX_WAITING} wait at the most; others get no
 * answer. Safe for use by many threads.
 */
public final class ManagementListener implements AutoCloseable {

	/**
	 * Most requests that wait.
	 */
	static final int MAX_WAITING = 16;

	/**
	 * The seconds within which a request is answered, or not at all.
	 */
	static final int SECONDS = 10;

	/**
	 * Longest answer, where the server takes longer messages.
	 */
	static final int MAX_LENGTH = 8 * 1024 * 1024;

	/**
	 * Room for the headers of an answer.
	 */
	private static final int RESERVE = 1024;

	/**
	 * The seconds after which the thread ends that has nothing to do.
	 */
	private static final int IDLE_SECONDS = 60;

	private static final Logger logger = LoggerFactory.getLogger(ManagementListener.class);

	private final RateLimitedLog failures = new RateLimitedLog(logger);

	private final NatsTransport transport;

	private final ReplySubjects replySubjects;

	private final ServiceManagement management;

	private final Duration patience;

	/**
	 * Guarded by this object, like all that follows.
	 */
	private final Queue<Waiting> waiting = new ArrayDeque<>();

	private @Nullable Disposable running;

	/**
	 * Made when it is needed first.
	 */
	private @Nullable Scheduler thread;

	private boolean busy;

	private boolean closed;

	/**
	 * Creates a listener.
	 * @param transport sends the answers; not closed by this object
	 * @param replySubjects where answers may go
	 * @param management has the endpoints
	 */
	public ManagementListener(NatsTransport transport, ReplySubjects replySubjects, ServiceManagement management) {
		this(transport, replySubjects, management, Duration.ofSeconds(SECONDS));
	}

	/**
	 * Creates a listener.
	 * @param patience the time within which a request is answered, or not at all
	 */
	ManagementListener(NatsTransport transport, ReplySubjects replySubjects, ServiceManagement management,
			Duration patience) {
		this.transport = transport;
		this.replySubjects = replySubjects;
		this.management = management;
		this.patience = patience;
	}

	/**
	 * Takes a request; does not block.
	 * @param message the request, which is not answered unless its reply subject is an
	 * inbox
	 */
	public void onRequest(TransportMessage message) {
		String replySubject = message.replySubject();
		if (replySubject == null || message.isStatus()
				|| !this.replySubjects.allows(replySubject, "the reply subject of who reads management endpoints")) {
			return;
		}
		ManagementRequest request = request(message.headers());
		if (request == null) {
			this.failures.warn("A request for a management endpoint is malformed, and gets no answer");
			return;
		}
		synchronized (this) {
			if (this.closed) {
				return;
			}
			if (this.waiting.size() < MAX_WAITING) {
				this.waiting.add(new Waiting(request, replySubject, System.nanoTime() + this.patience.toNanos()));
				if (!this.busy) {
					next();
				}
				return;
			}
		}
		this.failures.warn("Management endpoints are asked for faster than they answer: some requests get no answer");
	}

	private static @Nullable ManagementRequest request(@Nullable NatsHeaders headers) {
		String target = (headers != null) ? headers.getFirst(WireProtocol.TARGET_HEADER) : null;
		if (headers == null || target == null || !ManagementRequest.isTarget(target)) {
			return null;
		}
		String accept = headers.getFirst("Accept");
		return new ManagementRequest(target,
				(accept != null && accept.length() <= ManagementRequest.MAX_ACCEPT) ? accept : null);
	}

	/**
	 * Answers the next request, if there is one for which somebody still waits.
	 */
	private synchronized void next() {
		this.busy = false;
		this.running = null;
		Waiting next = this.waiting.poll();
		while (next != null && System.nanoTime() - next.until() > 0) {
			next = this.waiting.poll();
		}
		if (next == null || this.closed) {
			return;
		}
		Waiting request = next;
		this.busy = true;
		this.running = Mono.defer(() -> this.management.read(request.request(), maxLength()))
			.subscribeOn(thread())
			.timeout(this.patience, Schedulers.boundedElastic())
			.publishOn(Schedulers.boundedElastic())
			.onErrorResume((ex) -> Mono.just(failed(request, ex)))
			.doFinally((signal) -> next())
			.subscribe((response) -> send(request.replySubject(), response),
					(ex) -> logger.debug("A management endpoint could not be read", ex));
	}

	/**
	 * Returns the one thread: an endpoint that hangs must not take more and more of those
	 * on which others rely.
	 */
	private Scheduler thread() {
		Scheduler thread = this.thread;
		if (thread == null) {
			thread = Schedulers.newBoundedElastic(1, MAX_WAITING, "natsproxy-management", IDLE_SECONDS, true);
			this.thread = thread;
		}
		return thread;
	}

	private ManagementResponse failed(Waiting request, Throwable ex) {
		String target = SafeText.of(request.request().target());
		if (ex instanceof TimeoutException) {
			this.failures.warn("Management endpoint '{}' has not answered within {}", target, this.patience);
			return ManagementResponse.problem(504, "The management endpoint has not answered in time");
		}
		this.failures.warn("Management endpoint '{}' failed: {}", target, SafeText.of(String.valueOf(ex)));
		return ManagementResponse.problem(500, "The management endpoint failed");
	}

	private int maxLength() {
		return (int) Math.max(0, Math.min(MAX_LENGTH, this.transport.maxPayload() - RESERVE));
	}

	/**
	 * Publishes an answer. Without a connection nothing is published: whoever has asked
	 * notices by itself.
	 */
	private void send(String replySubject, ManagementResponse response) {
		ManagementResponse sent = (response.body().length <= maxLength()) ? response
				: ManagementResponse.problem(507, "The response does not fit a message");
		NatsHeaders headers = new NatsHeaders().add(WireProtocol.STATUS_HEADER, Integer.toString(sent.status()));
		String contentType = sent.contentType();
		try {
			if (contentType != null && contentType.length() < RESERVE / 2) {
				headers.add("Content-Type", contentType);
			}
			this.transport.publish(replySubject, null, headers, sent.body());
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			logger.debug("A management endpoint has been read, but the answer could not be sent: {}", ex.getMessage());
		}
	}

	/**
	 * Answers nothing from now on.
	 */
	@Override
	public void close() {
		Disposable running;
		Scheduler thread;
		synchronized (this) {
			this.closed = true;
			this.waiting.clear();
			running = this.running;
			thread = this.thread;
		}
		if (running != null) {
			running.dispose();
		}
		if (thread != null) {
			thread.dispose();
		}
	}

	/**
	 * A request that waits.
	 *
	 * @param request the request
	 * @param replySubject where the answer goes
	 * @param until when nobody waits for it any more, on the clock of
	 * {@link System#nanoTime()}
	 */
	private record Waiting(ManagementRequest request, String replySubject, long until) {

	}

}
