package io.natsproxy.agent;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.natsproxy.core.exchange.listener.NatsListener;

/**
 * Listeners of an upstream that is not served any more, which still answer what has come
 * to them. There are several when an upstream goes down again before its former requests
 * are answered. Safe for use by many threads.
 */
final class DrainingListeners {

	private final Map<NatsListener, Thread> threads = new ConcurrentHashMap<>();

	/**
	 * Ends the subscriptions of a listener, without waiting for it.
	 * @param gracePeriod how long its requests may take; what is not answered then is
	 * broken off
	 */
	void add(NatsListener listener, Duration gracePeriod) {
		Thread thread = new Thread(() -> drain(listener, gracePeriod), "natsproxy-agent-drain");
		thread.setDaemon(true);
		this.threads.put(listener, thread);
		try {
			thread.start();
		}
		catch (Throwable ex) {
			this.threads.remove(listener);
			listener.abort();
			throw ex;
		}
	}

	private void drain(NatsListener listener, Duration gracePeriod) {
		try {
			listener.drain(gracePeriod);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.threads.remove(listener);
		}
	}

	/**
	 * Returns the number of requests that are still being answered, streams among them.
	 */
	int inFlight() {
		return this.threads.keySet().stream().mapToInt((each) -> each.inFlight() + each.streams()).sum();
	}

	/**
	 * Waits until all have ended, and breaks off those that have not in time.
	 * @param deadline until when, as {@link System#nanoTime()}
	 * @return whether all had ended by then
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	boolean await(long deadline) throws InterruptedException {
		boolean ended = true;
		for (Map.Entry<NatsListener, Thread> each : this.threads.entrySet()) {
			TimeUnit.NANOSECONDS.timedJoin(each.getValue(), Math.max(1, deadline - System.nanoTime()));
			if (each.getValue().isAlive()) {
				ended = false;
				each.getKey().abort();
			}
		}
		return ended;
	}

}
