package io.natsproxy.core.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.natsproxy.core.discovery.DiscoveryReader.Part;
import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Watches which services there are: asks all of them when it begins, after each loss of
 * the connection, and every {@value #POLL_SECONDS} seconds; and hears of those that come
 * and go. What it knows may be late or incomplete, and is told by others: nobody must
 * depend on it. Safe for use by many threads.
 *
 * <p>
 * An instance that answers a ping, or tells that it is there, is asked once what it
 * answers, page by page; no more than {@value #MAX_ASKED} at once. One that does not
 * answer {@value #MAX_MISSED} polls in a row is forgotten. Where the server does not
 * permit services to be asked, none is known.
 */
public final class ServiceWatcher implements AutoCloseable {

	/**
	 * Most instances that are known at once.
	 */
	static final int MAX_SERVICES = 1000;

	/**
	 * Most characters that one instance may tell, each text of which counts a few more.
	 */
	static final int MAX_LENGTH = 4 * 1024 * 1024;

	/**
	 * Most characters that all instances may tell together, those among them that have
	 * not told all.
	 */
	static final int MAX_TOTAL = 16 * 1024 * 1024;

	/**
	 * Most instances that are asked at once what they answer. The others wait.
	 */
	static final int MAX_ASKED = 256;

	/**
	 * Most pages that one instance may tell.
	 */
	static final int MAX_PAGES = 1024;

	/**
	 * The seconds for which one instance may tell.
	 */
	private static final int MAX_SECONDS = 60;

	private static final int POLL_SECONDS = 30;

	/**
	 * What a message takes beside its payload, in bytes.
	 */
	private static final int OVERHEAD = 512;

	private static final int MAX_MISSED = 2;

	/**
	 * The seconds of a connection after which a poll counts as missed that has not been
	 * answered.
	 */
	private static final int MISSED_AFTER_SECONDS = 10;

	/**
	 * The seconds for which an instance may take to answer before it is asked again.
	 */
	private static final int PATIENCE_SECONDS = 2;

	/**
	 * How often an instance is asked that does not answer, before it is left to the next
	 * poll.
	 */
	private static final int MAX_ATTEMPTS = 3;

	/**
	 * Most bytes of messages that wait to be read. What does not is asked for again.
	 */
	private static final int MAX_WAITING = 16 * 1024 * 1024;

	/**
	 * Time in which several changes are told as one, in nanoseconds.
	 */
	private static final long SETTLED_AFTER = 100_000_000;

	/**
	 * Least time between two changes that are told, in nanoseconds.
	 */
	private static final long TOLD_AGAIN_AFTER = 1_000_000_000;

	private static final Logger logger = LoggerFactory.getLogger(ServiceWatcher.class);

	private final RateLimitedLog warnings = new RateLimitedLog(logger, Duration.ofMinutes(10));

	private final NatsTransport transport;

	private final ExchangeTimer timer;

	private final SubjectCodec subjects;

	private final String prefix;

	private final Consumer<List<DiscoveredService>> listener;

	/**
	 * One thread of its own: what others tell must not hold up deadlines.
	 */
	private final Scheduler reader = Schedulers.newSingle("natsproxy-discovery", true);

	private final Inbox inbox;

	private final String replySubject;

	private final Disposable.Composite disposables = Disposables.composite();

	/**
	 * Guarded by this object, like all that follows.
	 */
	private final Map<String, Known> known = new HashMap<>();

	private final Map<String, Reading> readings = new HashMap<>();

	/**
	 * Those that wait to be asked.
	 */
	private final Set<String> unread = new LinkedHashSet<>();

	private int total;

	private int waiting;

	private int poll;

	private long seconds;

	private long polledAt;

	private boolean connected;

	private long reconnects;

	private long toldAt = System.nanoTime() - TOLD_AGAIN_AFTER;

	/**
	 * Whether this server does not permit services to be asked.
	 */
	private boolean denied;

	private boolean telling;

	private boolean closed;

	/**
	 * Creates a watcher and subscribes to its inbox. It does not watch yet.
	 * @param exchanges has the transport and the timer; not closed by this object
	 * @param prefix the prefix of the subjects on which services are asked
	 * @param listener is told of all services that are known when they have changed, once
	 * in a second at the most, on a daemon thread of the watcher's own
	 */
	public ServiceWatcher(NatsExchanges exchanges, String prefix, Consumer<List<DiscoveredService>> listener) {
		this.transport = exchanges.transport();
		this.timer = exchanges.timer();
		this.subjects = exchanges.subjectCodec();
		this.prefix = prefix;
		this.listener = listener;
		this.inbox = exchanges.newInbox();
		this.replySubject = this.inbox.newSubject();
	}

	/**
	 * Begins to watch; called once.
	 */
	public void start() {
		this.inbox.register(this.replySubject, (message) -> later(message, this::onPresent));
		listen(WireProtocol.SERVICE_UP_SUBJECT, this::onPresent);
		listen(WireProtocol.SERVICE_DOWN_SUBJECT, this::onDown);
		this.disposables.add(this.transport.onPublishDenied(this::onPublishDenied));
		run(this::everySecond, 0);
		this.disposables.add(this.timer.repeat(this::everySecond, Duration.ofSeconds(1)));
	}

	private void listen(String subject, Consumer<Part> reader) {
		// Without it, those that come and go are noticed later.
		this.disposables.add(this.inbox.subscribe(this.subjects.controlSubject(subject),
				(message) -> later(message, reader), () -> logger.debug("It is not told which services come and go")));
	}

	/**
	 * Has a message read elsewhere than on the thread that receives.
	 */
	private void later(TransportMessage message, Consumer<Part> reader) {
		synchronized (this) {
			if (this.closed || message.isStatus() || this.waiting >= MAX_WAITING) {
				return;
			}
			this.waiting += message.payload().length + OVERHEAD;
		}
		try {
			run(() -> {
				taken(message);
				Part part = DiscoveryReader.read(message.payload());
				if (part != null) {
					reader.accept(part);
				}
			}, 0);
		}
		catch (Throwable ex) {
			taken(message);
			throw ex;
		}
	}

	private synchronized void taken(TransportMessage message) {
		this.waiting -= message.payload().length + OVERHEAD;
	}

	private void run(Runnable task, long delayNanos) {
		try {
			this.reader.schedule(() -> {
				try {
					task.run();
				}
				catch (Throwable ex) {
					Uncaught.report(logger, "What services tell could not be read", ex);
				}
			}, delayNanos, TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Services are watched no more", ex);
		}
	}

	private static String key(DiscoveredService service) {
		return service.name() + "." + service.id();
	}

	private synchronized void everySecond() {
		if (this.closed) {
			return;
		}
		this.seconds++;
		boolean before = this.connected;
		this.connected = this.transport.isConnected();
		if (this.connected && (isAnotherConnection() || !before)) {
			this.denied = false;
			poll();
		}
		else if (this.connected && !this.denied && this.seconds - this.polledAt >= POLL_SECONDS) {
			poll();
		}
		else if (this.connected && !this.denied && this.seconds - this.polledAt == MISSED_AFTER_SECONDS) {
			forgetSilent();
		}
		askAgain();
	}

	/**
	 * Asks those once more that have not answered: a message may be lost, or come before
	 * a subscription. Those of which nothing is known yet make room for others that wait.
	 */
	private void askAgain() {
		for (Reading reading : List.copyOf(this.readings.values())) {
			if (this.seconds - reading.since <= PATIENCE_SECONDS) {
				continue;
			}
			if (reading.attempts >= MAX_ATTEMPTS || (reading.offset == 0 && !this.unread.isEmpty())) {
				end(reading);
			}
			else {
				reading.attempts++;
				reading.since = this.seconds;
				ask(reading);
			}
		}
		askNext();
	}

	/**
	 * A loss of the connection may be over before it is noticed.
	 */
	private boolean isAnotherConnection() {
		long before = this.reconnects;
		this.reconnects = this.transport.connection().getStatistics().getReconnects();
		return this.reconnects != before;
	}

	/**
	 * Asks no more before there is another connection: each time would be a warning.
	 */
	private synchronized void onPublishDenied(Denial denial) {
		if (denial.concerns(ping())) {
			this.denied = true;
			this.unread.clear();
			List.copyOf(this.readings.values()).forEach(this::end);
		}
	}

	private String ping() {
		return this.prefix + "." + DiscoveryVerb.PING;
	}

	/**
	 * Asks all who they are.
	 */
	private void poll() {
		this.polledAt = this.seconds;
		this.poll++;
		publish(ping(), this.replySubject, null);
	}

	/**
	 * Counts the poll for which there has been time to answer, and forgets those that
	 * have missed too many.
	 */
	private void forgetSilent() {
		List<String> lost = new ArrayList<>();
		this.known.forEach((key, each) -> {
			each.missed = (each.seen == this.poll) ? 0 : each.missed + 1;
			if (each.missed >= MAX_MISSED) {
				lost.add(key);
			}
		});
		lost.forEach(this::forget);
	}

	private synchronized void onDown(Part part) {
		forget(key(part.service()));
	}

	/**
	 * Takes note that an instance is there, and asks one that is not known.
	 */
	private synchronized void onPresent(Part part) {
		DiscoveredService service = part.service();
		String key = key(service);
		Known known = this.known.get(key);
		if (known != null) {
			known.seen = this.poll;
			return;
		}
		if (this.closed || this.denied || this.readings.containsKey(key) || this.unread.contains(key)) {
			return;
		}
		if (this.known.size() + this.readings.size() + this.unread.size() >= MAX_SERVICES) {
			this.warnings.warn("There are more than {} instances of services: '{}' is not among those that are known",
					MAX_SERVICES, service.name());
			return;
		}
		this.unread.add(key);
		askNext();
	}

	/**
	 * Asks those that wait, while there are not too many that have been asked.
	 */
	private void askNext() {
		Iterator<String> waiting = this.unread.iterator();
		while (waiting.hasNext() && this.readings.size() < MAX_ASKED) {
			Reading reading = new Reading(waiting.next(), this.seconds);
			waiting.remove();
			this.readings.put(reading.key, reading);
			askPage(reading);
		}
	}

	/**
	 * Asks for the next page, whose answers have a subject of their own: each page may be
	 * answered as often as it has been asked for.
	 */
	private void askPage(Reading reading) {
		String subject = this.inbox.newSubject();
		reading.replySubject = subject;
		reading.since = this.seconds;
		reading.attempts = 1;
		this.inbox.register(subject, (message) -> later(message, (part) -> told(reading, subject, part)));
		ask(reading);
	}

	private void ask(Reading reading) {
		publish(this.prefix + "." + DiscoveryVerb.INFO + "." + reading.key, reading.replySubject, (reading.offset > 0)
				? new NatsHeaders().add(WireProtocol.OFFSET_HEADER, Integer.toString(reading.offset)) : null);
	}

	/**
	 * Takes a page of what an instance answers.
	 * @param subject the subject on which it has come
	 */
	private synchronized void told(Reading reading, String subject, Part part) {
		DiscoveredService service = part.service();
		if (this.closed || !subject.equals(reading.replySubject) || !part.isInfo()
				|| !key(service).equals(reading.key)) {
			return;
		}
		int length = service.length();
		boolean more = part.next() > reading.offset;
		reading.pages++;
		if (reading.length + length > MAX_LENGTH || this.total + length > MAX_TOTAL
				|| (more && (reading.pages >= MAX_PAGES || this.seconds - reading.began > MAX_SECONDS))) {
			this.warnings.warn(
					"Service '{}' tells too much or for too long, or all services together: its endpoints are not known",
					service.name());
			end(reading);
			add(reading.key,
					new DiscoveredService(service.name(), service.id(), service.version(), Map.of(), List.of()));
		}
		else if (more) {
			reading.endpoints.addAll(service.endpoints());
			reading.length += length;
			this.total += length;
			reading.offset = part.next();
			this.inbox.remove(subject);
			askPage(reading);
		}
		else {
			reading.endpoints.addAll(service.endpoints());
			List<DiscoveredEndpoint> endpoints = List.copyOf(reading.endpoints);
			end(reading);
			add(reading.key, new DiscoveredService(service.name(), service.id(), service.version(), service.metadata(),
					endpoints));
		}
		askNext();
	}

	private void add(String key, DiscoveredService service) {
		int length = service.length();
		if (this.total + length <= MAX_TOTAL) {
			this.total += length;
			this.known.put(key, new Known(service, length, this.poll));
			changed();
		}
	}

	/**
	 * Lets go of what an instance has told so far.
	 */
	private void end(Reading reading) {
		String subject = reading.replySubject;
		if (subject != null) {
			this.inbox.remove(subject);
		}
		reading.replySubject = null;
		this.readings.remove(reading.key);
		this.total -= reading.length;
		reading.length = 0;
		reading.endpoints.clear();
	}

	private void forget(String key) {
		this.unread.remove(key);
		Reading reading = this.readings.get(key);
		if (reading != null) {
			end(reading);
		}
		Known known = this.known.remove(key);
		if (known != null) {
			this.total -= known.length;
			changed();
		}
		askNext();
	}

	/**
	 * Returns how many instances have been asked that have not told all; for tests.
	 */
	synchronized int asked() {
		return this.readings.size();
	}

	/**
	 * Returns whether the server does not permit services to be asked; for tests.
	 */
	synchronized boolean isDenied() {
		return this.denied;
	}

	/**
	 * Returns the characters that are kept of what all instances have told; for tests.
	 */
	synchronized int total() {
		return this.total;
	}

	private void changed() {
		if (!this.telling) {
			this.telling = true;
			try {
				run(this::tell, Math.max(SETTLED_AFTER, this.toldAt + TOLD_AGAIN_AFTER - System.nanoTime()));
			}
			catch (Throwable ex) {
				// Without memory: the next change is told with this one.
				this.telling = false;
				throw ex;
			}
		}
	}

	private void tell() {
		List<DiscoveredService> services;
		synchronized (this) {
			this.telling = false;
			this.toldAt = System.nanoTime();
			if (this.closed) {
				return;
			}
			services = this.known.values().stream().map((each) -> each.service).toList();
		}
		this.listener.accept(services);
	}

	private void publish(String subject, @Nullable String replySubject, @Nullable NatsHeaders headers) {
		try {
			this.transport.publish(subject, replySubject, headers, new byte[0]);
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			logger.debug("Services could not be asked: {}", ex.getMessage());
		}
	}

	/**
	 * Watches no more.
	 */
	@Override
	public void close() {
		synchronized (this) {
			this.closed = true;
		}
		this.disposables.dispose();
		this.inbox.close();
		this.reader.dispose();
	}

	/**
	 * An instance that is known.
	 */
	private static final class Known {

		private final DiscoveredService service;

		private final int length;

		/**
		 * The poll after which it was heard of last.
		 */
		private int seen;

		/**
		 * The polls in a row that it has not answered.
		 */
		private int missed;

		Known(DiscoveredService service, int length, int seen) {
			this.service = service;
			this.length = length;
			this.seen = seen;
		}

	}

	/**
	 * An instance that has been asked, and the pages that it has told so far.
	 */
	private static final class Reading {

		private final String key;

		private final long began;

		private final List<DiscoveredEndpoint> endpoints = new ArrayList<>();

		/**
		 * Where the page comes that has been asked for; {@code null} once none is waited
		 * for any more.
		 */
		private @Nullable String replySubject;

		private int length;

		private int pages;

		private int offset;

		private int attempts;

		private long since;

		Reading(String key, long began) {
			this.key = key;
			this.began = began;
		}

	}

}
