package io.natsproxy.core.transport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.natsproxy.core.log.SafeText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Schedulers;

/**
 * The standing subscriptions of a transport that the server does not permit. They are
 * asked for again every few seconds: permissions may be changed while a connection
 * stands. Safe for use by many threads.
 */
public final class RefusedSubscriptions {

	/**
	 * Stands for what the server does not name where there is one subscription too many.
	 */
	static final String TOO_MANY = "maximum subscriptions exceeded";

	private static final Logger logger = LoggerFactory.getLogger("io.natsproxy.connection");

	private static final Duration AGAIN_AFTER = Duration.ofSeconds(5);

	private static final Duration FLUSH = Duration.ofSeconds(2);

	/**
	 * The time that jnats may take to tell of an error that came before an answered ping.
	 */
	private static final Duration JUDGED_AFTER = Duration.ofMillis(300);

	private final NatsTransport transport;

	/**
	 * The subscriptions, with how often each was refused. Guarded by this object, like
	 * all that follows.
	 */
	private final Map<TransportSubscription, Integer> refused = new LinkedHashMap<>();

	private boolean tooMany;

	private boolean asking;

	/**
	 * Creates the object.
	 * @param transport whose subscriptions these are
	 */
	RefusedSubscriptions(NatsTransport transport) {
		this.transport = transport;
	}

	/**
	 * Takes note that the server does not permit a subscription.
	 * @param subscription the subscription
	 */
	void refused(TransportSubscription subscription) {
		boolean first;
		synchronized (this) {
			first = this.refused.merge(subscription, 1, Integer::sum) == 1;
			askAgainLater();
		}
		if (first) {
			subscription.onPermission(false);
		}
	}

	/**
	 * Takes note that the server has refused some subscription because there are too
	 * many. It is not asked again before the connection is made anew.
	 */
	synchronized void tooMany() {
		this.tooMany = true;
	}

	/**
	 * Forgets a subscription that has ended, or is asked for anew.
	 * @param subscription the subscription
	 */
	public void forget(TransportSubscription subscription) {
		synchronized (this) {
			if (this.refused.remove(subscription) == null) {
				return;
			}
		}
		subscription.onPermission(true);
	}

	/**
	 * Forgets all subscriptions: they are asked for anew, on another connection.
	 */
	public void reset() {
		List<TransportSubscription> before;
		synchronized (this) {
			this.tooMany = false;
			before = List.copyOf(this.refused.keySet());
		}
		before.forEach(this::forget);
	}

	/**
	 * Returns the subjects that the server does not permit.
	 * @return subjects, and last an error without one
	 */
	public synchronized List<String> subjects() {
		List<String> subjects = new ArrayList<>();
		this.refused.keySet().forEach((subscription) -> subjects.add(subscription.subject()));
		if (this.tooMany) {
			subjects.add(TOO_MANY);
		}
		return subjects;
	}

	private void askAgainLater() {
		if (!this.asking) {
			this.asking = schedule(this::askAgain, AGAIN_AFTER);
		}
	}

	private static boolean schedule(Runnable task, Duration delay) {
		try {
			Schedulers.boundedElastic().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
			return true;
		}
		catch (RejectedExecutionException ex) {
			logger.warn("Subscriptions that were not permitted are not asked for again", ex);
			return false;
		}
	}

	private void askAgain() {
		Map<TransportSubscription, Integer> asked;
		synchronized (this) {
			this.asking = false;
			asked = Map.copyOf(this.refused);
		}
		if (asked.isEmpty() || this.transport.isClosed()) {
			return;
		}
		boolean answered = false;
		try {
			if (this.transport.isConnected()) {
				asked.keySet().forEach(TransportSubscription::subscribeAgain);
				answered = this.transport.flush(FLUSH);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (RuntimeException ex) {
			// The connection has been closed, or lost.
			logger.debug("Subscriptions could not be asked for again", ex);
		}
		if (!answered || !schedule(() -> judge(asked), JUDGED_AFTER)) {
			judge(Map.of());
		}
	}

	/**
	 * Takes those that have not been refused since for permitted.
	 */
	private void judge(Map<TransportSubscription, Integer> asked) {
		List<TransportSubscription> permitted = new ArrayList<>();
		synchronized (this) {
			asked.forEach((subscription, times) -> {
				if (times.equals(this.refused.get(subscription))) {
					permitted.add(subscription);
				}
			});
			if (permitted.size() < this.refused.size()) {
				askAgainLater();
			}
		}
		permitted.forEach((subscription) -> {
			logger.info("The NATS server now permits the subscription to '{}'", SafeText.of(subscription.subject()));
			forget(subscription);
		});
	}

}
