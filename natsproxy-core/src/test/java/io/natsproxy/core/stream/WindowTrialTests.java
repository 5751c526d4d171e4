package io.natsproxy.core.stream;

import io.natsproxy.core.stream.WindowTrial.Verdict;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WindowTrial}.
 */
class WindowTrialTests {

	private static final int WINDOW = 100;

	private static final long SECOND = 1_000_000_000L;

	private final WindowTrial trial = new WindowTrial();

	private long now;

	/**
	 * Measures one rate.
	 * @param rate bytes per second
	 */
	private Verdict measure(int window, long rate, boolean ready) {
		Verdict verdict = Verdict.STAY;
		for (int i = 0; i < 4; i++) {
			assertThat(verdict).isEqualTo(Verdict.STAY);
			this.now += window * SECOND / rate;
			verdict = this.trial.consumed(window, window, ready, this.now);
		}
		return verdict;
	}

	private void begin() {
		assertThat(this.trial.consumed(1, WINDOW, true, this.now)).isEqualTo(Verdict.STAY);
	}

	@Test
	void growsAsLongAsTheWindowIsTheLimit() {
		begin();
		int window = WINDOW;
		for (int i = 0; i < 10; i++) {
			assertThat(measure(window, window * 5L, true)).isEqualTo(Verdict.GROW);
			this.trial.grown();
			window *= 2;
		}
	}

	@Test
	void aTrialInVainIsTakenBackAndMadeAgainLater() {
		begin();
		assertThat(measure(WINDOW, 1000, true)).isEqualTo(Verdict.GROW);
		this.trial.grown();
		assertThat(measure(2 * WINDOW, 1000, true)).isEqualTo(Verdict.SHRINK);
		int measurements = 1;
		while (measure(WINDOW, 1000, true) == Verdict.STAY) {
			measurements++;
		}
		assertThat(measurements).isBetween(10, 20);
	}

	/**
	 * What one of several streams gains is lost to the others, and the queue before all
	 * of them becomes longer.
	 */
	@Test
	void doesNotGrowForAShareOfWhatOthersHave() {
		begin();
		assertThat(measure(WINDOW, 1000, true)).isEqualTo(Verdict.GROW);
		this.trial.grown();
		assertThat(measure(2 * WINDOW, 1300, true)).isEqualTo(Verdict.GROW);
		this.trial.grown();
		assertThat(measure(4 * WINDOW, 1600, true)).isEqualTo(Verdict.STAY);
		assertThat(measure(4 * WINDOW, 1600, true)).isEqualTo(Verdict.STAY);
	}

	@Test
	void shrinksWhereAWindowTakesLong() {
		begin();
		assertThat(measure(WINDOW, 1000, true)).isEqualTo(Verdict.GROW);
		assertThat(measure(4 * WINDOW, 900, true)).isEqualTo(Verdict.SHRINK);
	}

	@Test
	void aDoublingThatIsRefusedIsNoTrial() {
		begin();
		assertThat(measure(WINDOW, 1000, true)).isEqualTo(Verdict.GROW);
		assertThat(measure(WINDOW, 1000, true)).isEqualTo(Verdict.GROW);
	}

	@Test
	void aConsumerThatIsSlowerNeedsNoLargeWindow() {
		begin();
		assertThat(measure(WINDOW, 1000, false)).isEqualTo(Verdict.SHRINK);
		assertThat(measure(WINDOW, 1000, true)).isEqualTo(Verdict.GROW);
	}

	@Test
	void aStreamThatHasBecomeSlowNeedsNoLargeWindow() {
		begin();
		this.now += 6 * SECOND;
		assertThat(this.trial.consumed(10, WINDOW, true, this.now)).isEqualTo(Verdict.SHRINK);
		this.now += SECOND;
		assertThat(this.trial.consumed(10, WINDOW, true, this.now)).isEqualTo(Verdict.STAY);
	}

	@Test
	void measuresForLongerThanAMoment() {
		begin();
		this.now += SECOND / 1000;
		assertThat(this.trial.consumed(100 * WINDOW, WINDOW, true, this.now)).isEqualTo(Verdict.STAY);
		this.now += SECOND / 10;
		assertThat(this.trial.consumed(1, WINDOW, true, this.now)).isEqualTo(Verdict.GROW);
	}

}
