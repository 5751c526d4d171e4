package io.natsproxy.core.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.natsproxy.core.discovery.DiscoveryReader.Part;
import io.natsproxy.core.discovery.ServiceReadings.Told;
import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.WireProtocol;
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
 * depend on it more than they trust those who may tell. Safe for use by many threads.
 *
 * <p>
 * An instance that answers a ping, or tells that it is there, is asked once what it
 * answers, page by page; no more than {@value ServiceReadings#MAX_ASKED} at once. One
 * that does not answer {@value #MAX_MISSED} polls in a row is forgotten. Where the server
 * does not permit services to be asked, none is known.
 */
public final class ServiceWatcher implements AutoCloseable {

	/**
	 * Most instances that are known at once.
	 */
	static final int MAX_SERVICES = 1000;

	/**
	 * Most characters that all instances may tell together, those among them that have
	 * not told all.
	 */
	static final int MAX_TOTAL = 16 * 1024 * 1024;

	private static final int POLL_SECONDS = 30;

	/**
	 * What a message takes beside its payload, in bytes.
	 */
	private static final int OVERHEAD = 512;

	/**
	 * The seconds of a connection after which all have had time to answer, those among
	 * them that have lost theirs at the same time.
	 */
	private static final int SETTLED_SECONDS = 5;

	/**
	 * The seconds of a connection after which it is known whether services may be asked.
	 */
	private static final int PERMITTED_SECONDS = 2;

	/**
	 * The seconds after which it is asked again whether somebody subscribes to
	 * everything.
	 */
	private static final int INTEREST_SECONDS = 2;

	/**
	 * The polls for which it counts that an instance has been left out: the next one
	 * finds out whether it is there still.
	 */
	private static final int POLLS_LEFT_OUT = 2;

	private static final int MAX_MISSED = 2;

	/**
	 * The seconds of a connection after which a poll counts as missed that has not been
	 * answered.
	 */
	private static final int MISSED_AFTER_SECONDS = 10;

	/**
	 * Most bytes of messages that wait to be read. What does not is asked for again.
	 */
	private static final int MAX_WAITING = 16 * 1024 * 1024;

	/**
	 * Time after which an instance that goes does not answer any more, in nanoseconds.
	 */
	private static final long DOUBTED_AFTER = 250_000_000;

	/**
	 * Time that an instance may take to answer that is said to go and does not, in
	 * nanoseconds.
	 */
	private static final long ANSWERED_AFTER = 750_000_000;

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

	private final Duration second;

	private final Consumer<KnownServices> listener;

	/**
	 * One thread of its own: what others tell must not hold up deadlines.
	 */
	private final Scheduler reader = Schedulers.newSingle("natsproxy-discovery", true);

	private final Inbox inbox;

	private final String replySubject;

	private final ServiceRequests requests;

	private final Disposable.Composite disposables = Disposables.composite();

	/**
	 * Guarded by this object, like all that follows.
	 */
	private final Map<String, Known> known = new HashMap<>();

	private final ServiceReadings readings;

	private final WideInterest wideInterest;

	/**
	 * The characters that those have told that are known.
	 */
	private int length;

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

	/**
	 * The seconds at which the connection was there.
	 */
	private long connectedAt;

	/**
	 * The last poll of which an answer was left out, or one that answered has not told
	 * what it answers.
	 */
	private int leftOut = -POLLS_LEFT_OUT;

	private boolean complete;

	private boolean wide;

	private boolean telling;

	private boolean closed;

	/**
	 * Creates a watcher and subscribes to its inbox. It does not watch yet.
	 * @param exchanges has the transport and the timer; not closed by this object
	 * @param prefix the prefix of the subjects on which services are asked
	 * @param listener is told what is known when it has changed, once in a second at the
	 * most, on a daemon thread of the watcher's own
	 */
	public ServiceWatcher(NatsExchanges exchanges, String prefix, Consumer<KnownServices> listener) {
		this(exchanges, prefix, listener, Duration.ofSeconds(1));
	}

	/**
	 * Creates a watcher for which time goes by faster, for tests.
	 * @param second what it takes for a second
	 */
	ServiceWatcher(NatsExchanges exchanges, String prefix, Consumer<KnownServices> listener, Duration second) {
		this.transport = exchanges.transport();
		this.timer = exchanges.timer();
		this.subjects = exchanges.subjectCodec();
		this.listener = listener;
		this.second = second;
		this.inbox = exchanges.newInbox();
		this.replySubject = this.inbox.newSubject();
		this.requests = new ServiceRequests(this.transport, this.inbox, prefix,
				(subject, message) -> later(message, (part) -> onInfo(subject, part)));
		this.readings = new ServiceReadings(this.requests);
		this.wideInterest = new WideInterest(this.requests, this.inbox);
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
		this.disposables.add(this.timer.repeat(this::everySecond, this.second));
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

	private synchronized void everySecond() {
		if (this.closed) {
			return;
		}
		this.seconds++;
		boolean before = this.connected;
		this.connected = this.transport.isConnected();
		if (this.connected && (isAnotherConnection() || !before)) {
			this.denied = false;
			this.connectedAt = this.seconds;
			this.wideInterest.reset();
			poll();
		}
		else if (this.connected && !this.denied && this.seconds - this.polledAt >= POLL_SECONDS) {
			poll();
		}
		else if (this.connected && !this.denied && this.seconds - this.polledAt == MISSED_AFTER_SECONDS) {
			forgetSilent();
		}
		if (this.readings.askAgain(this.seconds)) {
			this.leftOut = this.poll;
		}
		this.readings.askNext(this.seconds);
		if (this.connected && !this.denied && this.seconds - this.connectedAt >= PERMITTED_SECONDS
				&& this.seconds % INTEREST_SECONDS == 0) {
			this.wideInterest.ask();
		}
		review();
	}

	/**
	 * Tells whether all is known, when that has changed.
	 */
	private void review() {
		boolean complete = this.connected && !this.denied && this.readings.size() == 0
				&& this.seconds - this.connectedAt >= SETTLED_SECONDS && this.poll - this.leftOut >= POLLS_LEFT_OUT
				&& this.known.values().stream().allMatch((each) -> each.all);
		if (this.complete != complete || this.wide != this.wideInterest.isFound()) {
			this.complete = complete;
			this.wide = this.wideInterest.isFound();
			changed();
		}
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
		this.wideInterest.onPublishDenied(denial);
		if (this.requests.isPing(denial)) {
			this.denied = true;
			this.readings.clear();
			review();
		}
	}

	/**
	 * Asks all who they are.
	 */
	private void poll() {
		this.polledAt = this.seconds;
		this.poll++;
		this.requests.ping(this.replySubject);
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

	/**
	 * Asks an instance that is said to go once more, by when it does not answer any more:
	 * anybody may have said it.
	 */
	private synchronized void onDown(Part part) {
		String key = part.service().key();
		Known known = this.known.get(key);
		if (known == null || this.denied) {
			forget(key);
		}
		else if (!known.doubted) {
			known.doubted = true;
			run(() -> this.requests.info(key, this.replySubject, 0), DOUBTED_AFTER);
			run(() -> forgetDoubted(key, known), DOUBTED_AFTER + ANSWERED_AFTER);
		}
	}

	private synchronized void forgetDoubted(String key, Known known) {
		if (!this.closed && known.doubted && this.known.get(key) == known) {
			forget(key);
		}
	}

	/**
	 * Takes note that an instance is there, and asks one that is not known.
	 */
	private synchronized void onPresent(Part part) {
		DiscoveredService service = part.service();
		String key = service.key();
		Known known = this.known.get(key);
		if (known != null) {
			known.seen = this.poll;
			known.doubted = false;
			return;
		}
		if (this.closed || this.denied || this.readings.contains(key)) {
			return;
		}
		if (this.known.size() + this.readings.size() >= MAX_SERVICES) {
			this.leftOut = this.poll;
			this.warnings.warn("There are more than {} instances of services: '{}' is not among those that are known",
					MAX_SERVICES, service.name());
			return;
		}
		this.readings.add(key);
		this.readings.askNext(this.seconds);
	}

	/**
	 * Takes a page of what an instance answers.
	 * @param subject the subject on which it has come
	 */
	private synchronized void onInfo(String subject, Part part) {
		if (this.closed) {
			return;
		}
		Told told = this.readings.told(subject, part, MAX_TOTAL - total(), this.seconds);
		if (told != null) {
			if (!told.all()) {
				this.warnings.warn(
						"Service '{}' tells too much or for too long, or all services together: its endpoints are not known",
						told.service().name());
			}
			add(told);
		}
		this.readings.askNext(this.seconds);
	}

	private void add(Told told) {
		DiscoveredService service = told.service();
		int length = service.length();
		if (total() + length <= MAX_TOTAL) {
			this.length += length;
			this.known.put(service.key(), new Known(service, length, told.all(), this.poll));
			changed();
		}
		else {
			this.leftOut = this.poll;
		}
	}

	private void forget(String key) {
		this.readings.forget(key);
		Known known = this.known.remove(key);
		if (known != null) {
			this.length -= known.length;
			changed();
		}
		this.readings.askNext(this.seconds);
	}

	/**
	 * Returns how many instances have been asked that have not told all; for tests.
	 */
	synchronized int asked() {
		return this.readings.asked();
	}

	/**
	 * Returns whether the server does not permit services to be asked; for tests.
	 */
	synchronized boolean isDenied() {
		return this.denied;
	}

	/**
	 * Returns the characters that are kept of what all instances have told.
	 */
	synchronized int total() {
		return this.length + this.readings.length();
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
		KnownServices services;
		synchronized (this) {
			this.telling = false;
			this.toldAt = System.nanoTime();
			if (this.closed) {
				return;
			}
			services = new KnownServices(this.known.values().stream().map((each) -> each.service).toList(),
					this.complete, this.wide);
		}
		this.listener.accept(services);
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
		 * Whether it has told all, and not too much.
		 */
		private final boolean all;

		/**
		 * The poll after which it was heard of last.
		 */
		private int seen;

		/**
		 * The polls in a row that it has not answered.
		 */
		private int missed;

		/**
		 * Whether it is said to go, and has not answered since.
		 */
		private boolean doubted;

		Known(DiscoveredService service, int length, boolean all, int seen) {
			this.service = service;
			this.length = length;
			this.all = all;
			this.seen = seen;
		}

	}

}
