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
	void growsAsLongAsItHelps() {
		begin();
		int window = WINDOW;
		for (int rate = 1_000_000; rate < 20_000_000; rate = rate / 4 * 5) {
			assertThat(measure(window, rate, true)).isEqualTo(Verdict.GROW);
			this.trial.grown();
			window *= 2;
		}
		assertThat(measure(window, 20_000_000, true)).isEqualTo(Verdict.SHRINK);
	}

	@Test
	void triesAgainLaterAfterATrialInVain() {
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

	@Test
	void aDoublingThatIsRefusedIsNoTrial() {
		begin();
		assertThat(measure(WINDOW, 1000, true)).isEqualTo(Verdict.GROW);
		assertThat(measure(WINDOW, 1000, true)).isEqualTo(Verdict.GROW);
	}

	@Test
	void aConsumerThatIsSlowerNeedsNoMore() {
		begin();
		assertThat(measure(WINDOW, 1000, false)).isEqualTo(Verdict.STAY);
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

}
