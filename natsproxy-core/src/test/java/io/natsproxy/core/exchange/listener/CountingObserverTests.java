package io.natsproxy.core.exchange.listener;

import io.natsproxy.core.exchange.ExchangeStatistics;
import io.natsproxy.core.exchange.ExchangeStatistics.End;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link CountingObserver}.
 */
class CountingObserverTests {

	private final ExchangeStatistics statistics = new ExchangeStatistics();

	private final CountingObserver observer = new CountingObserver(this.statistics, new ListenerObserver() {

		@Override
		public void ended(IncomingExchange exchange, ExchangeOutcome outcome, int status, long nanos) {
			throw new IllegalStateException("Fails");
		}

		@Override
		public void refused(String subject, int status) {
			throw new IllegalStateException("Fails");
		}

	});

	@Test
	@SuppressWarnings("NullAway")
	void exchangesAreCountedEvenIfAnotherObserverFails() {
		this.statistics.begin();
		assertThatIllegalStateException()
			.isThrownBy(() -> this.observer.ended(null, ExchangeOutcome.BROKEN, 200, 1000));
		assertThat(this.statistics.active()).isZero();
		assertThat(this.statistics.ends(End.BROKEN)).isOne();
		assertThatIllegalStateException().isThrownBy(() -> this.observer.refused("GET:.a", 400));
		assertThat(this.statistics.ends(End.REFUSED)).isOne();
	}

}
