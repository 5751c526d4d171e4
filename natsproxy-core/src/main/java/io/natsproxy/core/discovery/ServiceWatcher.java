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
 * answers, page by page. One that does not answer {@value #MAX_MISSED} polls in a row is
 * forgotten. Where the server does not permit services to be asked, none is known.
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
	 * Most characters that all instances may tell together.
	 */
	static final int MAX_TOTAL = 16 * 1024 * 1024;

	private static final int POLL_SECONDS = 30;

	/**
	 * What a message takes beside its payload, in bytes.
	 */
	private static final int OVERHEAD = 512;

	private static final int MAX_MISSED = 2;

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

	private final Map<String, Asked> asked = new HashMap<>();

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
		this.inbox.register(this.replySubject, (message) -> later(message, this::onReply));
		listen(WireProtocol.SERVICE_UP_SUBJECT, this::onUp);
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
		run(() -> {
			synchronized (this) {
				this.waiting -= message.payload().length + OVERHEAD;
			}
			Part part = DiscoveryReader.read(message.payload());
			if (part != null) {
				reader.accept(part);
			}
		}, 0);
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
		askAgain();
	}

	/**
	 * Asks those once more that have not answered: a message may be lost, or come before
	 * a subscription.
	 */
	private void askAgain() {
		this.asked.values().removeIf((each) -> isSilent(each) && each.attempts >= MAX_ATTEMPTS);
		this.asked.forEach((key, each) -> {
			if (isSilent(each)) {
				each.attempts++;
				each.since = this.seconds;
				ask(key, each.offset);
			}
		});
	}

	private boolean isSilent(Asked asked) {
		return this.seconds - asked.since > PATIENCE_SECONDS;
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
		this.denied |= denial.concerns(ping());
	}

	private String ping() {
		return this.prefix + "." + DiscoveryVerb.PING;
	}

	/**
	 * Asks all who they are, and forgets those that have not answered for a while.
	 */
	private void poll() {
		this.polledAt = this.seconds;
		this.poll++;
		List<String> lost = new ArrayList<>();
		this.known.forEach((key, each) -> {
			if (this.poll - each.seen > MAX_MISSED) {
				lost.add(key);
			}
		});
		lost.forEach(this::forget);
		publish(ping(), null);
	}

	private synchronized void onUp(Part part) {
		seen(part.service());
	}

	private synchronized void onDown(Part part) {
		forget(key(part.service()));
	}

	private void onReply(Part part) {
		synchronized (this) {
			if (part.isInfo()) {
				told(part);
			}
			else {
				seen(part.service());
			}
		}
	}

	/**
	 * Takes note that an instance is there, and asks one that is not known.
	 */
	private void seen(DiscoveredService service) {
		String key = key(service);
		Known known = this.known.get(key);
		if (known != null) {
			known.seen = this.poll;
			return;
		}
		if (this.closed || this.asked.containsKey(key)) {
			return;
		}
		if (this.known.size() + this.asked.size() >= MAX_SERVICES) {
			this.warnings.warn("There are more than {} instances of services: '{}' is not among those that are known",
					MAX_SERVICES, service.name());
			return;
		}
		Asked asked = new Asked(this.seconds);
		this.asked.put(key, asked);
		ask(key, 0);
	}

	private void ask(String key, int offset) {
		publish(this.prefix + "." + DiscoveryVerb.INFO + "." + key,
				(offset > 0) ? new NatsHeaders().add(WireProtocol.OFFSET_HEADER, Integer.toString(offset)) : null);
	}

	/**
	 * Takes a page of what an instance answers, for which it has been asked.
	 */
	private void told(Part part) {
		DiscoveredService service = part.service();
		String key = key(service);
		Asked asked = this.asked.get(key);
		if (asked == null || this.closed) {
			return;
		}
		asked.since = this.seconds;
		asked.attempts = 1;
		asked.endpoints.addAll(service.endpoints());
		asked.length += service.length();
		if (asked.length > MAX_LENGTH || this.total + asked.length > MAX_TOTAL) {
			this.warnings.warn("Service '{}' tells too much, or all services together: its endpoints are not known",
					service.name());
			asked.endpoints.clear();
			asked.length = 0;
			add(key, new DiscoveredService(service.name(), service.id(), service.version(), Map.of(), List.of()),
					asked);
		}
		else if (part.next() > asked.offset) {
			asked.offset = part.next();
			ask(key, part.next());
		}
		else {
			add(key, service, asked);
		}
	}

	private void add(String key, DiscoveredService service, Asked asked) {
		this.asked.remove(key);
		this.total += asked.length;
		this.known.put(key, new Known(new DiscoveredService(service.name(), service.id(), service.version(),
				service.metadata(), List.copyOf(asked.endpoints)), asked.length, this.poll));
		changed();
	}

	private void forget(String key) {
		this.asked.remove(key);
		Known known = this.known.remove(key);
		if (known != null) {
			this.total -= known.length;
			changed();
		}
	}

	private void changed() {
		if (!this.telling) {
			this.telling = true;
			run(this::tell, Math.max(SETTLED_AFTER, this.toldAt + TOLD_AGAIN_AFTER - System.nanoTime()));
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

	private void publish(String subject, @Nullable NatsHeaders headers) {
		try {
			this.transport.publish(subject, this.replySubject, headers, new byte[0]);
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

		Known(DiscoveredService service, int length, int seen) {
			this.service = service;
			this.length = length;
			this.seen = seen;
		}

	}

	/**
	 * An instance that has been asked what it answers.
	 */
	private static final class Asked {

		private final List<DiscoveredEndpoint> endpoints = new ArrayList<>();

		private int length;

		private int offset;

		private int attempts = 1;

		private long since;

		Asked(long since) {
			this.since = since;
		}

	}

}
