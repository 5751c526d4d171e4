package io.natsproxy.core.discovery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Asks all services on the bus for their statistics, each time that it is told to. What
 * they answer is kept until they have been asked twice more without answering. Of one
 * with more endpoints than fit a message, it knows those that do. Bounded in instances
 * and in bytes; safe for use by many threads.
 */
public final class StatisticsPoll implements AutoCloseable {

	/**
	 * Most instances whose statistics are kept.
	 */
	static final int MAX_INSTANCES = 1024;

	/**
	 * Most bytes of messages that wait to be read; what comes beyond is dropped.
	 */
	private static final int MAX_WAITING = 8 * 1024 * 1024;

	private static final int OVERHEAD = 512;

	private static final int MAX_MISSED = 2;

	private static final byte[] NOTHING = {};

	private static final Logger logger = LoggerFactory.getLogger(StatisticsPoll.class);

	private final NatsTransport transport;

	private final String subject;

	private final Inbox inbox;

	private final String replySubject;

	private final Disposable denials;

	/**
	 * One thread of its own: what others tell must not hold up deadlines.
	 */
	private final Scheduler reader = Schedulers.newSingle("natsproxy-statistics", true);

	/**
	 * Guarded by this object, like all that follows.
	 */
	private final Map<String, Answer> answers = new HashMap<>();

	private int poll;

	private int waiting;

	/**
	 * Whether the server does not permit services to be asked: each time would be a
	 * warning.
	 */
	private boolean denied;

	private boolean closed;

	/**
	 * Creates the object and subscribes to its inbox. Nobody has been asked yet.
	 * @param exchanges has the transport; not closed by this object
	 * @param prefix the prefix of the subjects on which services are asked
	 * @throws IllegalArgumentException if the prefix is no literal subject
	 */
	public StatisticsPoll(NatsExchanges exchanges, String prefix) {
		ServiceDiscovery.requirePrefix(prefix);
		this.transport = exchanges.transport();
		this.subject = prefix + "." + DiscoveryVerb.STATS;
		this.inbox = exchanges.newInbox();
		this.replySubject = this.inbox.newSubject();
		this.inbox.register(this.replySubject, this::onMessage);
		this.denials = this.transport.onPublishDenied(this::onPublishDenied);
	}

	private synchronized void onPublishDenied(Denial denial) {
		if (denial.concerns(this.subject)) {
			this.denied = true;
		}
	}

	/**
	 * Asks all services, and forgets those that have not answered for long. Does not wait
	 * for them. Without a connection, or where the server does not permit it, nobody is
	 * asked or forgotten.
	 */
	public synchronized void ask() {
		if (this.closed || this.denied || !this.transport.isConnected()) {
			return;
		}
		this.poll++;
		this.answers.values().removeIf((answer) -> this.poll - answer.poll > MAX_MISSED);
		try {
			this.transport.publish(this.subject, this.replySubject, null, NOTHING);
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			logger.debug("Services could not be asked for their statistics: {}", ex.getMessage());
		}
	}

	/**
	 * Returns what services have answered.
	 * @return the statistics, one for each instance
	 */
	public synchronized List<InstanceStatistics> latest() {
		List<InstanceStatistics> latest = new ArrayList<>(this.answers.size());
		this.answers.values().forEach((answer) -> latest.add(answer.statistics));
		return latest;
	}

	private void onMessage(TransportMessage message) {
		int size = message.payload().length + OVERHEAD;
		synchronized (this) {
			if (this.closed || message.isStatus() || this.waiting + size > MAX_WAITING) {
				return;
			}
			this.waiting += size;
		}
		try {
			this.reader.schedule(() -> read(message.payload(), size));
		}
		catch (RejectedExecutionException ex) {
			taken(size);
		}
		catch (Throwable ex) {
			taken(size);
			throw ex;
		}
	}

	private synchronized void taken(int size) {
		this.waiting -= size;
	}

	private void read(byte[] payload, int size) {
		try {
			InstanceStatistics statistics = DiscoveryReader.readStatistics(payload);
			if (statistics != null) {
				keep(statistics);
			}
		}
		catch (Throwable ex) {
			Uncaught.report(logger, "What services tell of their statistics could not be read", ex);
		}
		finally {
			taken(size);
		}
	}

	private synchronized void keep(InstanceStatistics statistics) {
		String key = statistics.name() + "." + statistics.id();
		if (!this.closed && (this.answers.size() < MAX_INSTANCES || this.answers.containsKey(key))) {
			this.answers.put(key, new Answer(statistics, this.poll));
		}
	}

	/**
	 * Returns whether the server does not permit services to be asked; for tests.
	 */
	synchronized boolean isDenied() {
		return this.denied;
	}

	/**
	 * Asks nobody any more.
	 */
	@Override
	public void close() {
		synchronized (this) {
			this.closed = true;
			this.answers.clear();
		}
		this.denials.dispose();
		this.inbox.close();
		this.reader.dispose();
	}

	/**
	 * What an instance has answered.
	 *
	 * @param statistics its statistics
	 * @param poll the number of the poll in which they came
	 */
	private record Answer(InstanceStatistics statistics, int poll) {

	}

}
