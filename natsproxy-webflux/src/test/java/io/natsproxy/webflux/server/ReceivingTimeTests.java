package io.natsproxy.webflux.server;

import java.time.Duration;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class ReceivingTimeTests {

	private static final long MICROSECOND = 1_000;

	private static final long MILLISECOND = 1_000_000;

	private static final long SECOND = 1_000_000_000;

	private static final long START = -5 * SECOND;

	private final ReceivingTime time = new ReceivingTime(START);

	@Test
	void theFirstRequestsAreHandledHere() {
		assertThat(this.time.isLeft(START)).isTrue();
		assertThat(this.time.isLeft(START)).isTrue();
	}

	@Test
	void handlersThatTakeHalfOfTheTimeAreHandledHereForEver() {
		long now = START;
		for (int request = 0; request < 100_000; request++) {
			assertThat(this.time.isLeft(now)).isTrue();
			this.time.spent(100 * MICROSECOND);
			now += 200 * MICROSECOND;
		}
	}

	@Test
	void handlersThatFollowEachOtherTakeHalfOfTheTimeInTheEnd() {
		Random random = new Random(5);
		long now = START;
		long handled = 0;
		while (now < START + SECOND) {
			if (this.time.isLeft(now)) {
				long taken = 10 * MICROSECOND + random.nextInt(300_000);
				this.time.spent(taken);
				handled += taken;
				now += taken;
			}
			else {
				now += 5 * MICROSECOND;
			}
		}
		assertThat(handled).isCloseTo(SECOND / 2, within(SECOND / 100));
	}

	@Test
	void aPauseSavesTwoMillisecondsAtTheMost() {
		long now = START + Duration.ofDays(1).toNanos();
		assertThat(this.time.isLeft(now)).isTrue();
		for (int request = 0; request < 20; request++) {
			assertThat(this.time.isLeft(now)).isTrue();
			this.time.spent(100 * MICROSECOND);
		}
		assertThat(this.time.isLeft(now)).isFalse();
		assertThat(this.time.isLeft(now + 2)).isTrue();
	}

	@Test
	void aLongHandlerIsMadeUpFor() {
		this.time.spent(10 * MILLISECOND);
		// 2 ms had been saved, and every second nanosecond counts.
		long again = START + 2 * (10 - 2) * MILLISECOND;
		assertThat(this.time.isLeft(START + 10 * MILLISECOND)).isFalse();
		assertThat(this.time.isLeft(again)).isFalse();
		assertThat(this.time.isLeft(again + 2)).isTrue();
	}

	@Test
	void aHandlerIsLongFromOneMillisecondOn() {
		this.time.spent(MILLISECOND);
		this.time.spent(MILLISECOND - 1);
		assertThat(this.time.isLeft(START)).isTrue();
		this.time.spent(MILLISECOND);
		assertThat(this.time.isLeft(START)).isFalse();
		assertThat(this.time.isLeft(START + 4 * MILLISECOND - 4)).isFalse();
		assertThat(this.time.isLeft(START + 4 * MILLISECOND)).isTrue();
	}

	@Test
	void longHandlersThatFollowEachOtherCountTwiceAsMuchEach() {
		this.time.spent(MILLISECOND);
		this.time.spent(MILLISECOND);
		this.time.spent(MILLISECOND);
		long again = START + 2 * (1 + 2 + 4 - 2) * MILLISECOND;
		assertThat(this.time.isLeft(again)).isFalse();
		assertThat(this.time.isLeft(again + 2)).isTrue();
	}

	@Test
	void aLongHandlerAmongManySmallOnesCountsAsTheFirst() {
		this.time.spent(MILLISECOND);
		this.time.spent(MILLISECOND);
		for (int request = 0; request < 50; request++) {
			this.time.spent(0);
		}
		this.time.spent(MILLISECOND);
		long again = START + 2 * (1 + 2 + 1 - 2) * MILLISECOND;
		assertThat(this.time.isLeft(again)).isFalse();
		assertThat(this.time.isLeft(again + 2)).isTrue();
	}

	@Test
	void handlersThatBlockTakeAHundredthOfTheTimeInTheEnd() {
		long now = START;
		long handled = 0;
		while (now < START + 600 * SECOND) {
			if (this.time.isLeft(now)) {
				this.time.spent(20 * MILLISECOND);
				handled += 20 * MILLISECOND;
				now += 20 * MILLISECOND;
			}
			now += MILLISECOND;
		}
		assertThat(handled).isLessThan(6 * SECOND);
	}

	@ParameterizedTest
	@ValueSource(longs = { 5 * SECOND, 3600 * SECOND, 30L * 24 * 3600 * SECOND })
	void noHandlerIsHeldAgainstTheOthersForMoreThanTwentySeconds(long taken) {
		this.time.spent(taken);
		this.time.spent(taken);
		assertThat(this.time.isLeft(START + 20 * SECOND)).isFalse();
		assertThat(this.time.isLeft(START + 20 * SECOND + 2)).isTrue();
	}

	@Test
	void aClockThatOverflowsIsNoLongPause() {
		ReceivingTime time = new ReceivingTime(Long.MAX_VALUE - MILLISECOND);
		time.spent(10 * MILLISECOND);
		assertThat(time.isLeft(Long.MIN_VALUE + MILLISECOND)).isFalse();
		assertThat(time.isLeft(Long.MIN_VALUE + 36 * MILLISECOND)).isTrue();
	}

}
