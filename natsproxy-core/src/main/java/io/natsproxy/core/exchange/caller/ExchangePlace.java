package io.natsproxy.core.exchange.caller;

import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.StreamStatistics;
import org.jspecify.annotations.Nullable;

/**
 * The place of one exchange among those that there may be: first its client's, then one
 * of all when it is published, and that of a stream once one of its bodies is one. Given
 * back once, however it ends. Safe for use by many threads.
 */
public final class ExchangePlace {

	private enum State {

		/**
		 * Its request is being collected: it counts for its client only.
		 */
		BEGUN,

		/**
		 * Counts as an exchange.
		 */
		PUBLISHED,

		/**
		 * Counts as a stream.
		 */
		STREAM,

		/**
		 * It has ended, and does not count any more.
		 */
		LEFT

	}

	private final ExchangeLimits limits;

	private final @Nullable Object client;

	private State state = State.BEGUN;

	private @Nullable NativeExchange exchange;

	private ExchangePlace(ExchangeLimits limits, @Nullable Object client) {
		this.limits = limits;
		this.client = client;
	}

	/**
	 * Takes a place for an exchange whose request is going to be read.
	 * @param limits the limits
	 * @param client the client on whose behalf it is; {@code null} if it is nobody's
	 * @return the place, to be left
	 * @throws NatsExchangeException if there are too many
	 */
	static ExchangePlace begin(ExchangeLimits limits, @Nullable Object client) {
		limits.begin(client);
		return new ExchangePlace(limits, client);
	}

	/**
	 * Tells whose place it is, for those who ask which streams are open. Called once,
	 * before others know the place.
	 */
	void takenBy(NativeExchange exchange) {
		this.exchange = exchange;
	}

	/**
	 * Returns the exchange while one of its bodies is a stream.
	 * @return the exchange, or {@code null} if none is, or none any more
	 */
	synchronized @Nullable NativeExchange streaming() {
		return (this.state == State.STREAM) ? this.exchange : null;
	}

	/**
	 * The exchange is about to be published.
	 * @throws NatsExchangeException if there are too many
	 */
	synchronized void publish() {
		if (this.state == State.BEGUN) {
			this.limits.publish();
			this.state = State.PUBLISHED;
		}
	}

	/**
	 * One of its bodies is a stream.
	 * @throws NatsExchangeException if there are too many streams; it stays as it was
	 * then
	 */
	public synchronized void stream() {
		if (this.state == State.BEGUN || this.state == State.PUBLISHED) {
			this.limits.beginStream(this.client);
			leaveExchanges();
			this.state = State.STREAM;
			this.limits.opened(this);
		}
	}

	private void leaveExchanges() {
		if (this.state == State.PUBLISHED) {
			this.limits.answer();
		}
		this.limits.end(this.client);
	}

	/**
	 * Gives the place back. Later calls change nothing.
	 * @param end the way in which a stream has ended, if it is that of one
	 */
	public synchronized void leave(StreamStatistics.End end) {
		if (this.state == State.LEFT) {
			return;
		}
		if (this.state == State.STREAM) {
			this.limits.closed(this);
			this.limits.endStream(this.client, end);
		}
		else {
			leaveExchanges();
		}
		this.limits.leave();
		this.state = State.LEFT;
	}

}
