package io.natsproxy.core.transport.netty;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.natsproxy.core.memory.ByteBudget;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UnsentBytes}.
 */
class UnsentBytesTests {

	private final ByteBudget budget = new ByteBudget(10_000_000);

	private final UnsentBytes unsent = new UnsentBytes();

	@Test
	void aFewBytesDoNotCount() {
		this.unsent.budget(this.budget);
		assertThat(this.unsent.add(UnsentBytes.UNCOUNTED)).isEqualTo(UnsentBytes.UNCOUNTED);
		assertThat(this.budget.used()).isZero();
	}

	@Test
	void moreThanThatCounts() {
		this.unsent.budget(this.budget);
		this.unsent.add(UnsentBytes.UNCOUNTED);
		this.unsent.add(5_000);
		assertThat(this.budget.used()).isEqualTo(5_000);
		this.unsent.remove(3_000);
		assertThat(this.budget.used()).isEqualTo(2_000);
		this.unsent.remove(UnsentBytes.UNCOUNTED);
		assertThat(this.budget.used()).isZero();
		assertThat(this.unsent.get()).isEqualTo(2_000);
	}

	@Test
	void whatWaitedBeforeThereWasABudgetCounts() {
		this.unsent.add(UnsentBytes.UNCOUNTED + 7L);
		assertThat(this.unsent.budget(this.budget)).isTrue();
		assertThat(this.budget.used()).isEqualTo(7);
		assertThat(this.unsent.budget(new ByteBudget(1))).isFalse();
	}

	@Test
	void closingGivesAllBack() {
		this.unsent.budget(this.budget);
		this.unsent.add(1_000_000);
		this.unsent.close();
		assertThat(this.budget.used()).isZero();
		this.unsent.add(1_000_000);
		assertThat(this.budget.used()).isZero();
	}

	@Test
	void nothingIsLeftWhenManyThreadsAreDone() throws Exception {
		this.unsent.budget(this.budget);
		ExecutorService threads = Executors.newFixedThreadPool(4);
		for (int i = 0; i < 4; i++) {
			threads.execute(() -> {
				for (int turn = 0; turn < 20_000; turn++) {
					this.unsent.add(40_000);
					this.unsent.remove(40_000);
				}
			});
		}
		threads.shutdown();
		assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.unsent.get()).isZero();
		assertThat(this.budget.used()).isZero();
	}

}
