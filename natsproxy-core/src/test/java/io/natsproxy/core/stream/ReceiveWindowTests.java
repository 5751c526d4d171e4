package io.natsproxy.core.stream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.memory.ConnectionCredit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ReceiveWindow}.
 */
class ReceiveWindowTests {

	private static final int LIMIT = 256 * 1024;

	private static final int MAX = 1024 * 1024;

	private static final int OVERRUN = 1024 * 1024;

	private static final int INITIAL = ReceiveWindow.INITIAL;

	private static final int SMALLEST = ReceiveWindow.SMALLEST;

	private final ByteBudget budget = new ByteBudget(10_000_000);

	private final ByteReservation memory = new ByteReservation(this.budget);

	private final ConnectionCredit connection = new ConnectionCredit(ConnectionCredit.DEFAULT_LIMIT);

	private final ExchangeTimer timer = new ExchangeTimer();

	private final List<Long> grants = new CopyOnWriteArrayList<>();

	private final List<ExchangeFailure> refusals = new CopyOnWriteArrayList<>();

	private final ReceiveWindow window = window(LIMIT);

	private static StreamOptions options(int window, int maxWindow) {
		return new StreamOptions(window, maxWindow, SMALLEST, Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO);
	}

	private ReceiveWindow window(int limit) {
		return window(limit, limit);
	}

	private ReceiveWindow window(int limit, int max) {
		return new ReceiveWindow(options(limit, max), OVERRUN, this.memory, this.connection, this.timer,
				this.grants::add, (ex) -> this.refusals.add(ex.failure()));
	}

	@AfterEach
	void close() {
		this.timer.close();
	}

	private void receive(int bytes) {
		this.window.received(bytes);
	}

	private void consume(int bytes) {
		this.memory.release(bytes);
		this.window.consumed(bytes);
	}

	@Test
	void beginsSmallAndReservesWhatItGrants() {
		assertThat(this.window.open()).isEqualTo(INITIAL);
		assertThat(this.memory.held()).isEqualTo(INITIAL);
		assertThat(this.connection.taken()).isEqualTo(INITIAL);
	}

	@Test
	void firstPartCountsAgainstTheWindow() {
		receive(INITIAL / 2);
		assertThat(this.window.open()).isEqualTo(INITIAL);
		assertThat(this.memory.held()).isEqualTo(INITIAL);
		receive(INITIAL / 2);
		assertThat(this.memory.held()).isEqualTo(INITIAL);
	}

	@Test
	void firstPartBeyondTheWindowIsAllThatIsGranted() {
		receive(3 * INITIAL);
		assertThat(this.window.open()).isEqualTo(3 * INITIAL);
		assertThat(this.memory.held()).isEqualTo(3 * INITIAL);
	}

	@Test
	void whatIsConsumedIsGrantedAnewAfterAQuarter() {
		this.window.open();
		receive(INITIAL);
		consume(INITIAL / 4 - 1);
		assertThat(this.grants).isEmpty();
		consume(1);
		assertThat(this.grants).containsExactly((long) INITIAL / 4);
		assertThat(this.memory.held()).isEqualTo(INITIAL);
	}

	@Test
	void growsWhileTheConsumerIsFasterAndNotBeyondTheLimit() {
		long credit = this.window.open();
		for (int i = 0; i < 50; i++) {
			int bytes = (int) Math.min(credit, SMALLEST);
			receive(bytes);
			credit -= bytes;
			consume(bytes);
			credit += this.grants.stream().mapToLong(Long::longValue).sum();
			this.grants.clear();
		}
		assertThat(credit).isEqualTo(LIMIT);
		assertThat(this.memory.held()).isEqualTo(LIMIT);
		assertThat(this.connection.taken()).isEqualTo(LIMIT);
		this.window.close();
		assertThat(this.memory.held()).isZero();
		assertThat(this.connection.taken()).isZero();
	}

	@Test
	void doesNotGrowForAConsumerThatIsSlower() {
		this.window.open();
		for (int i = 0; i < 50; i++) {
			receive(INITIAL / 4);
			if (i >= 3) {
				consume(INITIAL / 4);
			}
		}
		assertThat(this.connection.taken()).isEqualTo(INITIAL);
	}

	@Test
	void shrinksWhenMemoryIsShort() {
		this.window.open();
		receive(INITIAL);
		this.budget.reserve(this.budget.limit());
		consume(INITIAL / 2);
		assertThat(this.grants).isEmpty();
		assertThat(this.connection.taken()).isEqualTo(SMALLEST);
	}

	@Test
	void waitsForMemoryWhenNothingIsUnderWay() {
		this.window.open();
		receive(INITIAL);
		this.budget.reserve(this.budget.limit());
		consume(INITIAL);
		assertThat(this.grants).isEmpty();
		assertThat(this.budget.waiting()).isOne();
		this.budget.release(this.budget.limit());
		await().atMost(Duration.ofSeconds(20)).until(() -> !this.grants.isEmpty());
		assertThat(this.grants).containsExactly((long) SMALLEST);
		assertThat(this.memory.held()).isEqualTo(SMALLEST);
	}

	@Test
	void firstCreditWaitsForMemoryUntilTheOtherEndHasBeenTold() {
		this.budget.reserve(this.budget.limit());
		assertThat(this.window.open()).isZero();
		this.budget.release(this.budget.limit());
		assertThat(this.grants).isEmpty();
		this.window.opened();
		await().atMost(Duration.ofSeconds(20)).until(() -> !this.grants.isEmpty());
		assertThat(this.grants).containsExactly((long) SMALLEST);
	}

	@Test
	void isRefusedWhenThereIsNoMemoryInTime() {
		this.budget.reserve(this.budget.limit());
		this.window.open();
		this.window.opened();
		await().atMost(Duration.ofSeconds(30)).until(() -> !this.refusals.isEmpty());
		assertThat(this.refusals).containsExactly(ExchangeFailure.MEMORY_EXHAUSTED);
		assertThat(this.budget.waiting()).isZero();
	}

	@Test
	void doesNotWaitOnceItIsClosed() {
		this.budget.reserve(this.budget.limit());
		this.window.open();
		this.window.opened();
		this.window.close();
		assertThat(this.budget.waiting()).isZero();
		await().atMost(Duration.ofSeconds(30)).until(() -> this.timer.pending() == 0);
		this.budget.release(this.budget.limit());
		assertThat(this.budget.used()).isZero();
		assertThat(this.grants).isEmpty();
	}

	@Test
	void whatHasComeStaysHeldUntilItIsConsumed() {
		this.window.open();
		receive(1000);
		this.window.close();
		assertThat(this.memory.held()).isEqualTo(1000);
		consume(1000);
		assertThat(this.memory.held()).isZero();
		assertThat(this.grants).isEmpty();
	}

	@Test
	void moreThanWasGrantedAndOneMessageIsRefused() {
		this.window.open();
		receive(INITIAL + OVERRUN);
		assertThatExceptionOfType(NatsExchangeException.class).isThrownBy(() -> receive(1));
	}

	@Test
	void smallLimitIsTheWindow() {
		ReceiveWindow small = window(7);
		small.received(3);
		assertThat(small.open()).isEqualTo(7);
		small.received(10);
		this.memory.release(13);
		small.consumed(13);
		assertThat(this.grants).containsExactly(13L);
	}

	@Test
	void manyStreamsOfAConnectionGetLessEach() {
		long sum = 0;
		for (int i = 0; i < 1000; i++) {
			ReceiveWindow each = new ReceiveWindow(options(LIMIT, LIMIT), OVERRUN,
					new ByteReservation(new ByteBudget(Integer.MAX_VALUE)), this.connection, this.timer,
					this.grants::add, (ex) -> {
					});
			sum += each.open();
		}
		assertThat(sum).isLessThan(56L * 1024 * 1024);
	}

	/**
	 * Receives and consumes frames as long as credit is left, for a while.
	 */
	private void flow(ReceiveWindow window, int frames) {
		for (int i = 0; i < frames; i++) {
			int bytes = (int) Math.min(window.credit(), SMALLEST);
			window.received(bytes);
			this.memory.release(bytes);
			window.consumed(bytes);
		}
	}

	private void flowForSeveralTrials(ReceiveWindow window) {
		long end = System.nanoTime() + Duration.ofMillis(200).toNanos();
		while (System.nanoTime() < end) {
			flow(window, 100);
		}
	}

	@Test
	void growsBeyondItsUsualSizeOnTrial() {
		ReceiveWindow window = window(LIMIT, MAX);
		window.open();
		await().atMost(Duration.ofSeconds(20)).until(() -> {
			flow(window, 100);
			return this.connection.taken() > LIMIT;
		});
		assertThat(this.connection.taken()).isLessThanOrEqualTo(MAX);
		assertThat(this.memory.held()).isLessThanOrEqualTo(MAX);
		window.close();
		assertThat(this.memory.held()).isZero();
		assertThat(this.connection.taken()).isZero();
	}

	@Test
	void doesNotGrowBeyondItsUsualSizeWhereMemoryMayBeMissed() {
		ReceiveWindow window = window(LIMIT, MAX);
		window.open();
		this.budget.reserve(this.budget.limit() / 2 - LIMIT);
		flowForSeveralTrials(window);
		assertThat(this.connection.taken()).isEqualTo(LIMIT);
	}

	@Test
	void doesNotGrowBeyondItsUsualSizeWhereCreditMayBeMissed() {
		ReceiveWindow window = window(LIMIT, MAX);
		window.open();
		int most = (int) ConnectionCredit.DEFAULT_LIMIT;
		this.connection.take(most, most / 2);
		flowForSeveralTrials(window);
		assertThat(this.connection.taken()).isEqualTo(LIMIT + most / 2);
	}

	@Test
	void largeWindowGoesOnInStepsOfTheUsualOne() {
		ReceiveWindow window = window(LIMIT, MAX);
		window.open();
		await().atMost(Duration.ofSeconds(20)).until(() -> {
			flow(window, 100);
			return window.credit() > LIMIT;
		});
		this.grants.clear();
		window.received(LIMIT / 4);
		this.memory.release(LIMIT / 4);
		window.consumed(LIMIT / 4);
		assertThat(this.grants).isNotEmpty();
	}

	@Test
	void creditOfTheConnectionIsGivenBackWhenThePeerHasUsedIt() {
		this.window.open();
		flow(this.window, 100);
		assertThat(this.window.credit()).isEqualTo(LIMIT);
		this.budget.reserve(this.budget.limit());
		receive(LIMIT / 4);
		consume(LIMIT / 4);
		assertThat(this.connection.taken()).isEqualTo(LIMIT / 4 * 3);
		receive(LIMIT / 4);
		consume(LIMIT / 4);
		assertThat(this.connection.taken()).isEqualTo(LIMIT / 2);
		assertThat(this.window.credit()).isEqualTo(LIMIT / 2);
	}

}
