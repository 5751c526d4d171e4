package io.natsproxy.core.exchange.caller;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.natsproxy.core.stream.StreamOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ProcessingWatch}, whose turns are taken by hand.
 */
class ProcessingWatchTests {

	private static final Duration OFTEN = Duration.ofSeconds(1);

	/**
	 * Turns in ten seconds; the next may have begun already.
	 */
	private static final int PATIENCE = 10;

	private final ProcessingWatch watch = new ProcessingWatch(StreamOptions.DEFAULTS);

	private final Exchange exchange = new Exchange();

	private void turn(int times) {
		for (int i = 0; i < times; i++) {
			this.watch.turn();
		}
	}

	@Test
	void serviceThatFallsSilentIsLostOnce() {
		this.watch.heard(this.exchange, OFTEN, "a");
		turn(PATIENCE);
		assertThat(this.exchange.lost).isEmpty();
		turn(1);
		assertThat(this.exchange.lost).containsExactly(Duration.ofSeconds(PATIENCE));
		turn(3 * PATIENCE);
		assertThat(this.exchange.lost).hasSize(1);
		assertThat(this.watch.size()).isZero();
	}

	@Test
	void serviceThatHasSaidNothingYetIsNotLost() {
		turn(3 * PATIENCE);
		assertThat(this.exchange.lost).isEmpty();
	}

	@Test
	void everyNoticeCountsAnew() {
		for (int i = 0; i < 10; i++) {
			this.watch.heard(this.exchange, OFTEN, "a");
			turn(PATIENCE);
		}
		assertThat(this.exchange.lost).isEmpty();
		turn(1);
		assertThat(this.exchange.lost).hasSize(1);
	}

	@Test
	void serviceThatTellsSeldomIsWaitedForThreeTimesAsLong() {
		this.watch.heard(this.exchange, Duration.ofMinutes(1), "a");
		turn(180);
		assertThat(this.exchange.lost).isEmpty();
		turn(1);
		assertThat(this.exchange.lost).hasSize(1);
	}

	@Test
	void serviceIsNotLostSoonerThanTheLimit() {
		// Three times as long is half a turn more than the limit.
		this.watch.heard(this.exchange, Duration.ofMillis(3500), "a");
		turn(PATIENCE + 1);
		assertThat(this.exchange.lost).isEmpty();
		turn(1);
		assertThat(this.exchange.lost).hasSize(1);
	}

	@Test
	void silenceWithoutAConnectionIsNotThatOfTheService() {
		this.watch.heard(this.exchange, OFTEN, "a");
		turn(PATIENCE);
		this.exchange.connected = false;
		turn(3 * PATIENCE);
		this.exchange.connected = true;
		turn(PATIENCE);
		assertThat(this.exchange.lost).isEmpty();
		turn(1);
		assertThat(this.exchange.lost).hasSize(1);
	}

	@Test
	void exchangeThatIsOverIsForgotten() {
		this.watch.heard(this.exchange, OFTEN, "a");
		this.exchange.awaits = false;
		turn(1);
		assertThat(this.watch.size()).isZero();
		turn(3 * PATIENCE);
		assertThat(this.exchange.lost).isEmpty();
	}

	@Test
	void oneThatCannotBeEndedKeepsNoOtherFromIt() {
		Exchange failing = new Exchange() {
			@Override
			public void serviceLost(Duration silence, @Nullable String instance) {
				throw new IllegalStateException("not now");
			}
		};
		this.watch.heard(failing, OFTEN, "a");
		this.watch.heard(this.exchange, OFTEN, "a");
		turn(PATIENCE + 1);
		assertThat(this.exchange.lost).hasSize(1);
		assertThat(this.watch.size()).isZero();
	}

	private static class Exchange implements ProcessingWatch.Processing {

		private final List<Duration> lost = new ArrayList<>();

		private boolean awaits = true;

		private boolean connected = true;

		@Override
		public boolean awaitsNotices() {
			return this.awaits;
		}

		@Override
		public boolean canHear() {
			return this.connected;
		}

		@Override
		public void serviceLost(Duration silence, @Nullable String instance) {
			assertThat(instance).isEqualTo("a");
			this.lost.add(silence);
		}

	}

}
