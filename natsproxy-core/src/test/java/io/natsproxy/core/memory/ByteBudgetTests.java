package io.natsproxy.core.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ByteBudget} and {@link ByteReservation}.
 */
class ByteBudgetTests {

	private static final long LIMIT = 1_000_000;

	private final ByteBudget budget = new ByteBudget(LIMIT);

	private final List<String> granted = new ArrayList<>();

	@Test
	void largeReservationsLeaveAQuarterForSmallOnes() {
		assertThat(this.budget.tryReserve(750_000)).isTrue();
		assertThat(this.budget.tryReserve(ByteBudget.SMALL + 1)).isFalse();
		assertThat(this.budget.tryReserve(ByteBudget.SMALL)).isTrue();
		this.budget.reserve(230_000);
		assertThat(this.budget.tryReserve(ByteBudget.SMALL)).isFalse();
		assertThat(this.budget.used()).isEqualTo(980_000 + ByteBudget.SMALL);
	}

	@Test
	void whatIsInMemoryAlreadyGoesBeyondTheLimit() {
		this.budget.reserve(2 * LIMIT);
		assertThat(this.budget.used()).isEqualTo(2 * LIMIT);
		assertThat(this.budget.tryReserve(1)).isFalse();
		this.budget.release(2 * LIMIT);
		assertThat(this.budget.used()).isZero();
		assertThat(this.budget.peak()).isEqualTo(2 * LIMIT);
	}

	@Test
	void bodyThatIsLargerThanTheBudgetPassesAlone() {
		assertThat(this.budget.tryReserve(3 * LIMIT)).isTrue();
		assertThat(this.budget.tryReserve(1)).isFalse();
	}

	@Test
	void waitersAreServedInTheirOrder() {
		this.budget.reserve(750_000);
		this.budget.reserveLater(100_000, () -> this.granted.add("first"));
		this.budget.reserveLater(10, () -> this.granted.add("second"));
		assertThat(this.granted).isEmpty();
		assertThat(this.budget.waiting()).isEqualTo(2);
		this.budget.release(50_000);
		assertThat(this.granted).isEmpty();
		this.budget.release(60_000);
		assertThat(this.granted).containsExactly("first", "second");
		assertThat(this.budget.used()).isEqualTo(740_010);
	}

	@Test
	void nobodyPassesThoseWhoWaitButSmallOnes() {
		this.budget.reserve(700_000);
		this.budget.reserveLater(100_000, () -> this.granted.add("first"));
		assertThat(this.budget.tryReserve(20_000)).isFalse();
		assertThat(this.budget.tryReserve(100)).isTrue();
	}

	@Test
	void whoGivesUpWaitingGetsNothingAndHoldsUpNobody() {
		this.budget.reserve(740_000);
		Disposable large = this.budget.reserveLater(500_000, () -> this.granted.add("large"));
		this.budget.reserveLater(1000, () -> this.granted.add("small"));
		large.dispose();
		assertThat(this.granted).containsExactly("small");
		this.budget.release(741_000);
		assertThat(this.budget.used()).isZero();
	}

	@Test
	void closedReservationHoldsNothingAndGivesBackEverything() {
		ByteReservation reservation = new ByteReservation(this.budget);
		assertThat(reservation.tryReserve(100)).isTrue();
		reservation.reserve(50);
		reservation.release(30);
		assertThat(reservation.held()).isEqualTo(120);
		reservation.close();
		reservation.close();
		reservation.release(10);
		reservation.reserve(10);
		assertThat(reservation.tryReserve(10)).isTrue();
		assertThat(this.budget.used()).isZero();
	}

	@Test
	void moreThanIsHeldIsNotGivenBack() {
		ByteReservation other = new ByteReservation(this.budget);
		other.reserve(10);
		ByteReservation reservation = new ByteReservation(this.budget);
		reservation.reserve(5);
		reservation.release(100);
		assertThat(this.budget.used()).isEqualTo(10);
	}

	@Test
	void reservationThatIsClosedWhileItWaitsGivesBackWhatItGets() {
		this.budget.reserve(750_000);
		ByteReservation reservation = new ByteReservation(this.budget);
		reservation.reserveLater(100, () -> this.granted.add("granted"));
		reservation.close();
		this.budget.release(750_000);
		assertThat(this.granted).containsExactly("granted");
		assertThat(this.budget.used()).isZero();
	}

	@Test
	void nothingIsLostAmongManyThreads() throws Exception {
		int threads = 4;
		int rounds = 2000;
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		CountDownLatch served = new CountDownLatch(threads * rounds);
		for (int thread = 0; thread < threads; thread++) {
			executor.execute(() -> {
				for (int i = 0; i < rounds; i++) {
					int bytes = ThreadLocalRandom.current().nextInt(1, 400_000);
					this.budget.reserveLater(bytes, () -> {
						this.budget.release(bytes);
						served.countDown();
					});
				}
			});
		}
		assertThat(served.await(30, TimeUnit.SECONDS)).isTrue();
		executor.shutdownNow();
		assertThat(this.budget.used()).isZero();
		assertThat(this.budget.waiting()).isZero();
	}

	@Test
	void limitsThatMakeNoSenseAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new ByteBudget(0));
		assertThatIllegalArgumentException().isThrownBy(() -> ByteBudget.ofHeap(0));
		assertThatIllegalArgumentException().isThrownBy(() -> ByteBudget.ofHeap(101));
		assertThat(ByteBudget.ofHeap(50).limit()).isBetween(Runtime.getRuntime().maxMemory() / 2 - 100,
				Runtime.getRuntime().maxMemory() / 2);
	}

}
