package io.natsproxy.core.exchange.caller;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.StreamStatistics;
import org.jspecify.annotations.Nullable;

/**
 * Counts of the exchanges of a caller: those in one message each way, and the streams,
 * which last longer and so have a limit of their own; in total, and for each client. A
 * client's exchange counts from before its body is read, in total it counts when it is
 * published, so that clients who send slowly take no place from others. Safe for use by
 * many threads.
 */
final class ExchangeLimits {

	private final int maxInFlight;

	private final int maxStreams;

	private final LongAdder underWay = new LongAdder();

	private final AtomicInteger inFlight = new AtomicInteger();

	private final AtomicInteger streams = new AtomicInteger();

	private final Set<ExchangePlace> openStreams = ConcurrentHashMap.newKeySet();

	private final StreamStatistics statistics;

	private final ClientCounts exchangesByClient;

	private final ClientCounts streamsByClient;

	/**
	 * Creates counts that are all zero.
	 * @param statistics is told of streams
	 */
	ExchangeLimits(NatsCallerOptions options, StreamStatistics statistics) {
		this.statistics = statistics;
		this.maxInFlight = options.maxInFlight();
		this.maxStreams = options.maxStreams();
		this.exchangesByClient = new ClientCounts(ExchangeFailure.CLIENT_OVERLOADED, "requests in flight",
				options.maxInFlightPerClient(), this.maxInFlight);
		this.streamsByClient = new ClientCounts(ExchangeFailure.CLIENT_TOO_MANY_STREAMS, "streams",
				options.maxStreamsPerClient(), this.maxStreams);
	}

	/**
	 * Counts an exchange of a client, whose request is going to be read.
	 * @throws NatsExchangeException if it has too many, or there are too many; nothing is
	 * counted then
	 */
	void begin(@Nullable Object client) {
		if (this.inFlight.get() >= this.maxInFlight) {
			throw tooMany();
		}
		this.exchangesByClient.enter(client);
		this.underWay.increment();
	}

	/**
	 * Counts an exchange that is published.
	 * @throws NatsExchangeException if there are too many; it is not counted then
	 */
	void publish() {
		if (this.inFlight.incrementAndGet() > this.maxInFlight) {
			this.inFlight.decrementAndGet();
			throw tooMany();
		}
	}

	private NatsExchangeException tooMany() {
		return new NatsExchangeException(ExchangeFailure.OVERLOADED,
				"Too many requests are in flight, the limit is " + this.maxInFlight);
	}

	/**
	 * Counts no more what {@link #publish()} has counted.
	 */
	void answer() {
		this.inFlight.decrementAndGet();
	}

	/**
	 * The exchange has ended.
	 */
	void leave() {
		this.underWay.decrement();
	}

	/**
	 * Counts no more what {@link #begin} has counted for a client.
	 */
	void end(@Nullable Object client) {
		this.exchangesByClient.leave(client);
	}

	/**
	 * Counts a stream.
	 * @throws NatsExchangeException if there are too many; it is not counted then
	 */
	void beginStream(@Nullable Object client) {
		if (this.streams.incrementAndGet() > this.maxStreams) {
			this.streams.decrementAndGet();
			throw new NatsExchangeException(ExchangeFailure.TOO_MANY_STREAMS,
					"Too many streams are open, the limit is " + this.maxStreams);
		}
		try {
			this.streamsByClient.enter(client);
		}
		catch (NatsExchangeException ex) {
			this.streams.decrementAndGet();
			throw ex;
		}
		this.statistics.begun();
	}

	/**
	 * Counts a stream no more.
	 * @param end the way in which it has ended
	 */
	void endStream(@Nullable Object client, StreamStatistics.End end) {
		this.streams.decrementAndGet();
		this.statistics.ended(end);
		this.streamsByClient.leave(client);
	}

	/**
	 * Lists a stream that has been counted.
	 */
	void opened(ExchangePlace place) {
		this.openStreams.add(place);
	}

	/**
	 * Lists a stream no more.
	 */
	void closed(ExchangePlace place) {
		this.openStreams.remove(place);
	}

	/**
	 * Returns the streams that are open, as long as they are.
	 */
	Stream<NativeExchange> openStreams() {
		return this.openStreams.stream().flatMap((place) -> Stream.ofNullable(place.streaming()));
	}

	/**
	 * Returns the number of all exchanges that have not ended.
	 */
	int underWay() {
		return this.underWay.intValue();
	}

	/**
	 * Returns the number of exchanges that are published and no streams.
	 */
	int inFlight() {
		return this.inFlight.get();
	}

	/**
	 * Returns the number of streams.
	 */
	int streams() {
		return this.streams.get();
	}

	/**
	 * Counts by client, where a client may have less than all.
	 */
	private static final class ClientCounts {

		/**
		 * The count of a client that had none left: it is being removed.
		 */
		private static final int FORGOTTEN = -1;

		private final ExchangeFailure failure;

		private final String counted;

		private final int max;

		private final boolean limited;

		private final Map<Object, AtomicInteger> counts = new ConcurrentHashMap<>();

		ClientCounts(ExchangeFailure failure, String counted, int max, int total) {
			this.failure = failure;
			this.counted = counted;
			this.max = max;
			this.limited = max < total;
		}

		void enter(@Nullable Object client) {
			if (client != null && this.limited && increment(client) > this.max) {
				leave(client);
				throw new NatsExchangeException(this.failure,
						"The client has too many " + this.counted + ", the limit is " + this.max);
			}
		}

		private int increment(Object client) {
			while (true) {
				AtomicInteger count = this.counts.get(client);
				if (count == null) {
					count = this.counts.computeIfAbsent(client, (key) -> new AtomicInteger());
				}
				int before = count.get();
				while (before != FORGOTTEN) {
					if (count.compareAndSet(before, before + 1)) {
						return before + 1;
					}
					before = count.get();
				}
			}
		}

		void leave(@Nullable Object client) {
			AtomicInteger count = (client != null && this.limited) ? this.counts.get(client) : null;
			if (client != null && count != null && count.decrementAndGet() == 0 && count.compareAndSet(0, FORGOTTEN)) {
				this.counts.remove(client, count);
			}
		}

	}

}
