package io.natsproxy.core.discovery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;

import io.nats.client.NUID;
import io.natsproxy.core.discovery.DiscoveryRequests.Answer;
import io.natsproxy.core.discovery.DiscoveryRequests.Request;
import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.listener.ExchangeOutcome;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.exchange.listener.ListenerObserver;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.management.ManagementListener;
import io.natsproxy.core.management.ServiceManagement;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.TransportSubscriber;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * One instance of a service, from when its listener listens until that stops, as others
 * discover it: by the subjects {@code $SRV.PING}, {@code INFO} and {@code STATS}, with
 * the name of the service behind them, and with its id behind that. Safe for use by many
 * threads.
 *
 * <p>
 * Where the server does not permit it to be asked, the service works on without. The
 * subject of the statistics by its name, by which nobody finds it, is asked for alone at
 * first, so that there is one warning and not nine, and again every
 * {@value #AGAIN_SECONDS} seconds. It has no id in it, so that the warning is the same
 * for each instance.
 *
 * <pre>
 * NEW ---&gt; ASKING ---&gt; ASKED
 *             ^  |
 *             |  v
 *            REFUSED
 * </pre>
 */
public final class DiscoverableService implements ListenerObserver {

	private static final Logger logger = LoggerFactory.getLogger(DiscoverableService.class);

	private static final int AGAIN_SECONDS = 30;

	private static final DiscoveryVerb FIRST = DiscoveryVerb.STATS;

	private static final Duration FLUSH = Duration.ofSeconds(2);

	/**
	 * The time that jnats may take to tell of an error that came before an answered ping.
	 */
	private static final Duration JUDGED_AFTER = Duration.ofMillis(300);

	/**
	 * The time after which a loss of the connection is noticed.
	 */
	private static final Duration TOLD_AGAIN = Duration.ofSeconds(1);

	/**
	 * The time for which a service waits for its document before it is discovered without
	 * one.
	 */
	private static final int DOCUMENT_SECONDS = 30;

	private static final int MAX_DIGITS = 9;

	private final String id = NUID.nextGlobal();

	private final ServiceDiscovery discovery;

	private final ServiceEndpoints endpoints;

	private final NatsTransport transport;

	private final ReplySubjects replySubjects;

	private final SubjectCodec subjects;

	private final DiscoveryReplies replies;

	private final DiscoveryRequests requests;

	private final ManagementListener management;

	private final TransportSubscriber subscriber;

	private final ExchangeTimer timer;

	private volatile @Nullable Disposable watch;

	private volatile long reconnects;

	/**
	 * The first subscription. Guarded by this object, like all that follows.
	 */
	private @Nullable Disposable first;

	private final List<Disposable> others = new ArrayList<>();

	/**
	 * Made while the server judges the first subscription; {@code null} before that.
	 */
	private @Nullable CompletableFuture<Optional<ServiceDocument>> document;

	private boolean refused;

	private boolean judged;

	private boolean told;

	private boolean closed;

	/**
	 * Creates an instance, which is not discovered yet.
	 * @param exchanges has the transport and the timer; not closed by this object
	 * @param discovery what it tells, and where
	 * @param endpoints its endpoints
	 */
	public DiscoverableService(NatsExchanges exchanges, ServiceDiscovery discovery, ServiceEndpoints endpoints) {
		this.discovery = discovery;
		this.endpoints = endpoints;
		this.transport = exchanges.transport();
		this.timer = exchanges.timer();
		this.replySubjects = exchanges.replySubjects();
		ServiceDescription service = discovery.service();
		this.subjects = exchanges.subjectCodec();
		this.replies = new DiscoveryReplies(service, this.id, endpoints, Instant.now());
		this.requests = new DiscoveryRequests(this.transport, exchanges.timer(), service.name());
		this.management = new ManagementListener(this.transport, this.replySubjects, discovery.management());
		this.subscriber = this.transport.newSubscriber((message) -> {
		});
	}

	/**
	 * Returns what a listener is observed by: an instance of a service, if others are to
	 * discover it.
	 * @param exchanges has the transport and the timer; not closed by this object
	 * @param discovery what the service tells, and where; {@code null} for nothing
	 * @param queueGroup the queue group of the listener
	 * @param format the other format of its requests; {@code null} for none
	 * @param routes adds the endpoints
	 * @return the observer
	 */
	public static ListenerObserver observer(NatsExchanges exchanges, @Nullable ServiceDiscovery discovery,
			String queueGroup, @Nullable MessageFormat format, Consumer<ServiceEndpoints.Builder> routes) {
		if (discovery == null) {
			return ListenerObserver.NONE;
		}
		ServiceEndpoints.Builder endpoints = new ServiceEndpoints.Builder(exchanges.routeSubjects(), queueGroup,
				format);
		routes.accept(endpoints);
		return new DiscoverableService(exchanges, discovery, endpoints.build());
	}

	/**
	 * Returns the id of this instance.
	 * @return one token of a subject
	 */
	@Override
	public String id() {
		return this.id;
	}

	/**
	 * Begins to answer. Does not wait for the server.
	 */
	@Override
	public void listening() {
		synchronized (this) {
			if (this.discovery.document() != ServiceDocument.Source.NONE) {
				this.document = CompletableFuture.supplyAsync(this::makeDocument, Schedulers.boundedElastic()::schedule)
					.completeOnTimeout(Optional.empty(), DOCUMENT_SECONDS, TimeUnit.SECONDS);
			}
		}
		this.reconnects = reconnects();
		this.watch = this.timer.repeat(this::tellAgain, TOLD_AGAIN);
		ask();
	}

	private long reconnects() {
		return this.transport.connection().getStatistics().getReconnects();
	}

	/**
	 * Tells that it is there once more after a loss of the connection: those who have
	 * lost theirs at the same time may have asked before.
	 */
	private void tellAgain() {
		long reconnects = reconnects();
		if (reconnects == this.reconnects || !this.transport.isConnected()) {
			return;
		}
		this.reconnects = reconnects;
		boolean asked;
		synchronized (this) {
			asked = !this.closed && !this.others.isEmpty();
		}
		if (asked) {
			tell(WireProtocol.SERVICE_UP_SUBJECT);
		}
	}

	@Override
	public void ended(IncomingExchange exchange, ExchangeOutcome outcome, int status, long nanos) {
		this.endpoints.ended(exchange, outcome, status, nanos);
	}

	@Override
	public void refused(String subject, int status) {
		this.endpoints.refused(subject, status);
	}

	/**
	 * Asks for the first subscription, and gives up those that there are.
	 */
	private synchronized void ask() {
		if (this.closed) {
			return;
		}
		Disposable before = this.first;
		if (before != null) {
			before.dispose();
		}
		this.others.forEach(Disposable::dispose);
		this.others.clear();
		this.refused = false;
		this.judged = false;
		this.first = subscribe(FIRST, byName(), this::onRefused);
		later(this::await, Duration.ZERO);
	}

	private String byName() {
		return "." + this.discovery.service().name();
	}

	private Disposable subscribe(DiscoveryVerb verb, String rest, Runnable refused) {
		// Not one of those for which health goes down, and that are asked for again.
		return this.subscriber.subscribe(this.discovery.prefix() + "." + verb + rest,
				(message) -> onRequest(message, (offset) -> new DiscoveryAnswer(this.replies, verb, offset)), refused);
	}

	/**
	 * Waits until the server knows the first subscription; on a thread that may be
	 * blocked.
	 */
	private void await() {
		synchronized (this) {
			if (this.closed) {
				return;
			}
		}
		boolean answered = false;
		try {
			answered = this.transport.isConnected() && this.transport.flush(FLUSH);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return;
		}
		catch (RuntimeException ex) {
			// The connection has been closed, or lost.
			logger.debug("The server cannot be asked now", ex);
		}
		if (answered) {
			later(this::judge, JUDGED_AFTER);
		}
		else if (!this.transport.isClosed()) {
			later(this::await, FLUSH);
		}
	}

	/**
	 * Takes a first subscription for permitted that has not been refused, makes the
	 * document, and asks for the others.
	 */
	private void judge() {
		CompletableFuture<Optional<ServiceDocument>> document;
		synchronized (this) {
			document = this.document;
		}
		ServiceDocument made = (document != null) ? document.join().orElse(null) : null;
		this.replies.document(made);
		List<String> management = managementEndpoints();
		this.replies.management(management);
		askForOthers(made, !management.isEmpty());
	}

	/**
	 * Finds the management endpoints. A service works on without them.
	 */
	private List<String> managementEndpoints() {
		if (this.discovery.management() == ServiceManagement.NONE) {
			return List.of();
		}
		try {
			return this.discovery.management().endpoints();
		}
		catch (Throwable ex) {
			Uncaught.report(logger, "The management endpoints of service '" + this.discovery.service().name()
					+ "' could not be found, and cannot be read over NATS", ex);
			return List.of();
		}
	}

	/**
	 * Makes the document, which may take a while. A service works on without one.
	 */
	private Optional<ServiceDocument> makeDocument() {
		try {
			return Optional.ofNullable(this.discovery.document().make());
		}
		catch (Throwable ex) {
			Uncaught.report(logger, "The OpenAPI document of service '" + this.discovery.service().name()
					+ "' could not be made, and is not told", ex);
			return Optional.empty();
		}
	}

	private synchronized void askForOthers(@Nullable ServiceDocument document, boolean management) {
		if (this.closed) {
			return;
		}
		this.judged = true;
		if (this.refused) {
			later(this::ask, Duration.ofSeconds(AGAIN_SECONDS));
			return;
		}
		String byName = byName();
		for (DiscoveryVerb verb : DiscoveryVerb.values()) {
			for (String rest : new String[] { byName + "." + this.id, byName, "" }) {
				if (verb != FIRST || !rest.equals(byName)) {
					this.others.add(subscribe(verb, rest, () -> {
					}));
				}
			}
		}
		if (document != null) {
			String subject = WireProtocol.DOCUMENT_SUBJECT + this.discovery.service().name() + "." + this.id + "."
					+ document.hash();
			this.others.add(this.subscriber.subscribe(this.subjects.controlSubject(subject),
					(message) -> onRequest(message, (offset) -> new DocumentPiece(document, offset)),
					() -> logger.info("Service '{}' has an OpenAPI document, but may not be asked for it",
							this.discovery.service().name())));
		}
		if (management) {
			String subject = WireProtocol.MANAGEMENT_SUBJECT + this.discovery.service().name() + "." + this.id;
			this.others.add(this.subscriber.subscribe(this.subjects.controlSubject(subject), this.management::onRequest,
					() -> logger.info("Service '{}' has management endpoints, but they may not be read over NATS",
							this.discovery.service().name())));
		}
		tell(WireProtocol.SERVICE_UP_SUBJECT);
	}

	/**
	 * Tells gateways that there is something new. The server sees it after the
	 * subscriptions. Without a connection nothing is told: gateways ask from time to
	 * time.
	 */
	private void tell(String subject) {
		byte[] beacon = this.replies.write(DiscoveryVerb.PING, 0, DiscoveryRequests.MAX_LENGTH);
		try {
			if (beacon != null && this.transport.isConnected()) {
				this.transport.publish(this.subjects.controlSubject(subject), null, null, beacon);
			}
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			logger.debug("Service '{}' could not tell of itself: {}", this.discovery.service().name(), ex.getMessage());
		}
	}

	/**
	 * Returns whether the server has had time to refuse the first subscription; for
	 * tests.
	 */
	synchronized boolean isJudged() {
		return this.judged;
	}

	private void onRefused() {
		boolean first;
		synchronized (this) {
			if (!this.refused && !this.others.isEmpty()) {
				// It was permitted before.
				later(this::ask, Duration.ofSeconds(AGAIN_SECONDS));
			}
			this.refused = true;
			first = !this.told && !this.closed;
			this.told = true;
		}
		if (first) {
			logger.info("Service '{}' works, but is not found by those who look for services at '{}'",
					this.discovery.service().name(), this.discovery.prefix());
		}
	}

	private void later(Runnable task, Duration delay) {
		try {
			Schedulers.boundedElastic().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Nothing is asked for any more", ex);
		}
	}

	private void onRequest(TransportMessage message, IntFunction<Answer> answer) {
		String replySubject = message.replySubject();
		if (replySubject == null || message.isStatus()
				|| !this.replySubjects.allows(replySubject, "the reply subject of who looks for services")) {
			return;
		}
		this.requests.add(new Request(answer.apply(offset(message.headers())), replySubject));
	}

	/**
	 * Reads how many endpoints or bytes are to be left out. What is malformed counts as
	 * nothing, as any payload does.
	 */
	private static int offset(@Nullable NatsHeaders headers) {
		String value = (headers != null) ? headers.getFirst(WireProtocol.OFFSET_HEADER) : null;
		if (value == null || value.isEmpty() || value.length() > MAX_DIGITS
				|| !value.chars().allMatch((c) -> c >= '0' && c <= '9')) {
			return 0;
		}
		return Integer.parseInt(value);
	}

	/**
	 * Answers nothing from now on, and ends the subscriptions.
	 */
	@Override
	public void stopping() {
		Disposable watch = this.watch;
		if (watch != null) {
			watch.dispose();
		}
		boolean told;
		synchronized (this) {
			told = !this.closed && !this.others.isEmpty();
			this.closed = true;
		}
		if (told) {
			tell(WireProtocol.SERVICE_DOWN_SUBJECT);
		}
		this.requests.close();
		this.management.close();
		this.subscriber.close();
	}

}
