package io.natsproxy.core.exchange.caller;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.stream.StreamOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * The exchanges whose services have told that they are processing the request, and
 * notices when one of them falls silent. Time is counted in turns, of which none is taken
 * while this process stands still, nor counted while its connection is down: silence is
 * then not that of the service. Safe for use by many threads.
 */
final class ProcessingWatch implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ProcessingWatch.class);

	private static final int TURNS = 10;

	private static final Duration LONGEST_TURN = Duration.ofSeconds(1);

	private static final Duration SHORTEST_TURN = Duration.ofMillis(20);

	/**
	 * The share of the notices that may be missing or late.
	 */
	private static final int NOTICES = 3;

	private final Map<Processing, Silence> silences = new ConcurrentHashMap<>();

	private final long lostAfter;

	private final long turn;

	private final Disposable.Swap repetition = Disposables.swap();

	/**
	 * Creates a watch, which does not turn yet.
	 * @param options say after which silence a service is lost
	 */
	ProcessingWatch(StreamOptions options) {
		this.lostAfter = options.lostAfter().toNanos();
		this.turn = turn(options.lostAfter()).toNanos();
	}

	/**
	 * Begins to turn.
	 * @param timer where it turns, until this is closed
	 */
	void start(ExchangeTimer timer) {
		this.repetition.update(timer.repeat(this::turn, Duration.ofNanos(this.turn)));
	}

	private static Duration turn(Duration lostAfter) {
		Duration turn = lostAfter.dividedBy(TURNS);
		if (turn.compareTo(LONGEST_TURN) > 0) {
			return LONGEST_TURN;
		}
		return (turn.compareTo(SHORTEST_TURN) < 0) ? SHORTEST_TURN : turn;
	}

	/**
	 * Takes note that a request is being processed. Called on the thread on which all
	 * messages arrive.
	 * @param exchange the exchange of the request
	 * @param interval the time until the next notice
	 * @param instance the id of the instance that processes it, if it has told
	 */
	void heard(Processing exchange, Duration interval, @Nullable String instance) {
		long patience = Math.max(this.lostAfter, NOTICES * interval.toNanos());
		Silence silence = this.silences.computeIfAbsent(exchange, (key) -> new Silence());
		// In whole turns, and one more is waited for: the first may come at
		// once.
		silence.limit = (patience + this.turn - 1) / this.turn;
		silence.instance = instance;
		silence.turns.set(0);
	}

	/**
	 * Counts one turn of silence of each service.
	 */
	void turn() {
		this.silences.forEach(this::turn);
	}

	private void turn(Processing exchange, Silence silence) {
		if (!exchange.awaitsNotices()) {
			this.silences.remove(exchange);
		}
		else if (!exchange.canHear()) {
			silence.turns.set(0);
		}
		else if (silence.turns.incrementAndGet() > silence.limit) {
			this.silences.remove(exchange);
			lost(exchange, Duration.ofNanos(silence.limit * this.turn), silence.instance);
		}
	}

	private static void lost(Processing exchange, Duration silence, @Nullable String instance) {
		try {
			exchange.serviceLost(silence, instance);
		}
		catch (Throwable ex) {
			// The others are to be told, too.
			Uncaught.report(logger, "An exchange whose service is lost could not be ended", ex);
		}
	}

	/**
	 * Returns how many exchanges are watched.
	 */
	int size() {
		return this.silences.size();
	}

	/**
	 * Watches nothing any more.
	 */
	@Override
	public void close() {
		this.repetition.dispose();
	}

	/**
	 * An exchange whose request is being processed.
	 */
	interface Processing {

		/**
		 * Whether notices are still expected: not once the response has begun, or a
		 * stream which has pings of its own.
		 */
		boolean awaitsNotices();

		/**
		 * Whether notices can arrive.
		 */
		boolean canHear();

		/**
		 * Ends the exchange, because nothing more is heard of the service.
		 * @param silence how long nothing was
		 * @param instance the id of the instance, which may be any text, if it has told
		 */
		void serviceLost(Duration silence, @Nullable String instance);

	}

	/**
	 * The silence of a service, in turns.
	 */
	private static final class Silence {

		private final AtomicLong turns = new AtomicLong();

		private volatile long limit;

		private volatile @Nullable String instance;

	}

}
