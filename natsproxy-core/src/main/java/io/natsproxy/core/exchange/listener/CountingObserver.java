package io.natsproxy.core.exchange.listener;

import io.natsproxy.core.exchange.ExchangeStatistics;
import io.natsproxy.core.exchange.ExchangeStatistics.End;

/**
 * Counts what becomes of the exchanges of a listener, and then tells another observer,
 * which may fail.
 *
 * @param statistics the counts of all listeners of the connection
 * @param next the other observer
 */
record CountingObserver(ExchangeStatistics statistics, ListenerObserver next) implements ListenerObserver {

	@Override
	public void listening() {
		this.next.listening();
	}

	@Override
	public void ended(IncomingExchange exchange, ExchangeOutcome outcome, int status, long nanos) {
		this.statistics.ended(nanos);
		this.statistics.count(end(outcome));
		this.next.ended(exchange, outcome, status, nanos);
	}

	private static End end(ExchangeOutcome outcome) {
		return switch (outcome) {
			case ANSWERED -> End.ANSWERED;
			case BROKEN -> End.BROKEN;
			case EXPIRED -> End.EXPIRED;
			case CANCELLED -> End.CANCELLED;
		};
	}

	@Override
	public void refused(String subject, int status) {
		this.statistics.count(End.REFUSED);
		this.next.refused(subject, status);
	}

	@Override
	public void stopping() {
		this.next.stopping();
	}

}
