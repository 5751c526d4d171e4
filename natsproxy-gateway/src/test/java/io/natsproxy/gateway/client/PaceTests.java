package io.natsproxy.gateway.client;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PaceTests {

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	private final Pace pace = new Pace(100, 10 * SECOND);

	@Test
	void nothingIsTooSlowWithinAWindow() {
		for (int i = 0; i < 9; i++) {
			assertThat(this.pace.isTooSlow(SECOND, 0)).isFalse();
		}
		assertThat(this.pace.isTooSlow(SECOND, 0)).isTrue();
	}

	@Test
	void eachWindowHasItsOwnShare() {
		long moved = 0;
		for (int i = 0; i < 100; i++) {
			moved += 100;
			assertThat(this.pace.isTooSlow(SECOND, moved)).isFalse();
		}
		for (int i = 0; i < 9; i++) {
			assertThat(this.pace.isTooSlow(SECOND, moved)).isFalse();
		}
		assertThat(this.pace.isTooSlow(SECOND, moved + 999)).isTrue();
	}

	@Test
	void whatMovedBeforeDoesNotMakeUpForAStandstill() {
		assertThat(this.pace.isTooSlow(10 * SECOND, 1_000_000_000)).isFalse();
		assertThat(this.pace.isTooSlow(10 * SECOND, 1_000_000_000)).isTrue();
	}

	@Test
	void restartBeginsAWindow() {
		this.pace.isTooSlow(9 * SECOND, 0);
		this.pace.restart(50);
		assertThat(this.pace.isTooSlow(9 * SECOND, 50)).isFalse();
		assertThat(this.pace.isTooSlow(SECOND, 1050)).isFalse();
	}

	@Test
	void withoutRateNothingIsTooSlow() {
		assertThat(new Pace(0, SECOND).isTooSlow(100 * SECOND, 0)).isFalse();
	}

	@Test
	void smallestRateAsksForAByte() {
		assertThat(new Pace(1, SECOND / 10).isTooSlow(SECOND, 0)).isTrue();
		assertThat(new Pace(1, SECOND / 10).isTooSlow(SECOND, 1)).isFalse();
	}

}
