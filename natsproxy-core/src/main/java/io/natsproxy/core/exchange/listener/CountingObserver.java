package io.natsproxy.core.exchange.listener;

import io.natsproxy.core.exchange.ExchangeStatistics;
import io.natsproxy.core.exchange.ExchangeStatistics.End;

/**
 * Counts what becomes of the exchanges of a listener, and tells another observer.
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
		this.next.ended(exchange, outcome, status, nanos);
		this.statistics.ended(nanos);
		this.statistics.count(end(outcome));
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
		this.next.refused(subject, status);
		this.statistics.count(End.REFUSED);
	}

	@Override
	public void stopping() {
		this.next.stopping();
	}

}
