package io.natsproxy.core.management;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.management.ManagementLane.Waiting;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Answers the requests to read management endpoints that come to one instance of a
 * service, each within {@value #SECONDS} seconds: some at a time, on threads of their own
 * that may be blocked. Those for health are apart from others, so that probes are
 * answered while another endpoint hangs. Those for which there is no room are answered
 * with 503 at once. Safe for use by many threads.
 */
public final class ManagementListener implements AutoCloseable {

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

	private static final String HEALTH = "/health";

	private static final Logger logger = LoggerFactory.getLogger(ManagementListener.class);

	private final RateLimitedLog failures = new RateLimitedLog(logger);

	private final NatsTransport transport;

	private final ReplySubjects replySubjects;

	private final ServiceManagement management;

	private final Duration patience;

	private final ManagementLane health;

	private final ManagementLane others;

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
		this.health = new ManagementLane("natsproxy-health", this::answer, this::late);
		this.others = new ManagementLane("natsproxy-management", this::answer, this::late);
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
		ManagementLane lane = isHealth(request) ? this.health : this.others;
		if (!lane.add(new Waiting(request, replySubject, System.nanoTime() + this.patience.toNanos()))) {
			this.failures.warn("Management endpoints are asked for faster than they answer: some requests are refused");
			send(replySubject, ManagementResponse.problem(503, "Too many requests wait for management endpoints"));
		}
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

	private static boolean isHealth(ManagementRequest request) {
		String target = request.target();
		return target.startsWith(HEALTH) && (target.length() == HEALTH.length() || target.charAt(HEALTH.length()) == '/'
				|| target.charAt(HEALTH.length()) == '?');
	}

	private Mono<Void> answer(Waiting waiting, Scheduler threads) {
		return Mono.defer(() -> this.management.read(waiting.request(), maxLength()))
			.subscribeOn(threads)
			.timeout(waiting.remaining(), Schedulers.boundedElastic())
			.publishOn(Schedulers.boundedElastic())
			.onErrorResume((ex) -> Mono.just(failed(waiting, ex)))
			.doOnNext((response) -> send(waiting.replySubject(), response))
			.then();
	}

	private void late(Waiting waiting) {
		send(waiting.replySubject(), ManagementResponse.problem(503, "The request has waited too long"));
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
		this.health.close();
		this.others.close();
	}

}
