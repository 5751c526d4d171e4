package io.natsproxy.core.discovery;

import java.util.concurrent.atomic.LongAdder;

import io.natsproxy.core.exchange.listener.ExchangeOutcome;
import io.natsproxy.core.wire.Problem;

/**
 * Counts the requests of an endpoint. Safe for use by many threads; counting allocates
 * nothing and waits for nobody.
 */
final class EndpointStatistics {

	private static final int FIRST_ERROR = 500;

	/**
	 * Stand for what is no status of HTTP.
	 */
	private static final int BROKEN = -1;

	private static final int EXPIRED = -2;

	private final LongAdder requests = new LongAdder();

	private final LongAdder errors = new LongAdder();

	private final LongAdder nanos = new LongAdder();

	private volatile int lastError;

	/**
	 * Counts a request.
	 * @param outcome the way in which it has ended
	 * @param status the HTTP status of the response
	 * @param nanos how long it took
	 */
	void count(ExchangeOutcome outcome, int status, long nanos) {
		this.requests.increment();
		this.nanos.add(nanos);
		int error = error(outcome, status);
		if (error != 0) {
			this.errors.increment();
			this.lastError = error;
		}
	}

	private static int error(ExchangeOutcome outcome, int status) {
		return switch (outcome) {
			case ANSWERED -> (status >= FIRST_ERROR) ? status : 0;
			case BROKEN -> BROKEN;
			case EXPIRED -> EXPIRED;
			case CANCELLED -> 0;
		};
	}

	long requests() {
		return this.requests.sum();
	}

	long errors() {
		return this.errors.sum();
	}

	long nanos() {
		return this.nanos.sum();
	}

	/**
	 * Returns the last error as {@code code:description}, empty if there was none. It
	 * holds nothing that a client or a handler has said.
	 */
	String lastError() {
		int error = this.lastError;
		return switch (error) {
			case 0 -> "";
			case BROKEN -> "502:The response could not be completed";
			case EXPIRED -> "504:The caller had stopped waiting before there was a response";
			default -> error + ":" + Problem.of(error, "").title();
		};
	}

}
