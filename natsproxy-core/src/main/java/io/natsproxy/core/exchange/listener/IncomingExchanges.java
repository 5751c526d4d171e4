package io.natsproxy.core.exchange.listener;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.natsproxy.core.exchange.SideStatistics;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges of a listener that have not ended, by their reply subjects and by number.
 * Safe for use by many threads.
 */
final class IncomingExchanges {

	private final int maxInFlight;

	private final int maxStreams;

	private final AtomicInteger inFlight = new AtomicInteger();

	private final AtomicInteger streams = new AtomicInteger();

	private final Map<String, IncomingExchange> byReplySubject = new ConcurrentHashMap<>();

	private final CompletableFuture<Void> idle = new CompletableFuture<>();

	private final ListenerObserver observer;

	private final SideStatistics statistics;

	private volatile boolean draining;

	/**
	 * Creates an empty set.
	 * @param maxInFlight most exchanges at once that are no streams
	 * @param maxStreams most streams at once
	 * @param observer is told of those that end
	 * @param statistics the counts of all listeners of the connection
	 */
	IncomingExchanges(int maxInFlight, int maxStreams, ListenerObserver observer, SideStatistics statistics) {
		this.statistics = statistics;
		this.observer = observer;
		this.maxInFlight = maxInFlight;
		this.maxStreams = maxStreams;
	}

	/**
	 * Counts a request, which is then to be {@linkplain #put put} or
	 * {@linkplain #countDown counted down}.
	 * @return whether there are too many
	 */
	boolean countUp() {
		return this.inFlight.incrementAndGet() > this.maxInFlight;
	}

	/**
	 * Counts a request no longer.
	 */
	void countDown() {
		this.inFlight.decrementAndGet();
		completeIfIdle();
	}

	/**
	 * Adds an exchange that is going to be handled.
	 */
	void put(IncomingExchange exchange) {
		this.byReplySubject.put(exchange.replySubject(), exchange);
		this.statistics.exchanges().begin();
		this.statistics.exchanges().requestBytes(exchange.body().length);
	}

	@Nullable IncomingExchange get(String replySubject) {
		return this.byReplySubject.get(replySubject);
	}

	/**
	 * Counts an exchange as a stream from now on.
	 * @return {@code false} if there are too many; it stays as it was then
	 */
	boolean becomeStream() {
		if (this.streams.incrementAndGet() > this.maxStreams) {
			this.streams.decrementAndGet();
			return false;
		}
		this.inFlight.decrementAndGet();
		this.statistics.streams().begun();
		return true;
	}

	/**
	 * Forgets an exchange that has ended; called once for each.
	 * @param stream whether it counts as a stream
	 */
	void ended(IncomingExchange exchange, boolean stream) {
		try {
			this.byReplySubject.remove(exchange.replySubject(), exchange);
			exchange.toldTo(this.observer);
		}
		finally {
			if (stream) {
				this.streams.decrementAndGet();
				this.statistics.streams().ended(exchange.streamEnd());
				completeIfIdle();
			}
			else {
				countDown();
			}
		}
	}

	/**
	 * Returns the counts of all listeners of the connection.
	 */
	SideStatistics statistics() {
		return this.statistics;
	}

	int maxInFlight() {
		return this.maxInFlight;
	}

	int maxStreams() {
		return this.maxStreams;
	}

	int inFlight() {
		return this.inFlight.get();
	}

	int streams() {
		return this.streams.get();
	}

	int size() {
		return this.byReplySubject.size();
	}

	boolean isIdle() {
		return this.inFlight.get() + this.streams.get() == 0;
	}

	/**
	 * Waits until all exchanges have ended. No more begin from now on.
	 * @return whether they have, in time
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	boolean awaitIdle(Duration timeout) throws InterruptedException {
		this.draining = true;
		completeIfIdle();
		try {
			this.idle.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (TimeoutException | ExecutionException ex) {
			return false;
		}
	}

	private void completeIfIdle() {
		if (this.draining && isIdle()) {
			this.idle.complete(null);
		}
	}

	/**
	 * Looks at all exchanges that are being handled.
	 */
	void forEach(Consumer<IncomingExchange> action) {
		this.byReplySubject.values().forEach(action);
	}

	/**
	 * Ends all exchanges, because the service stops.
	 */
	void abort() {
		this.byReplySubject.values().forEach(IncomingExchange::abort);
	}

}
