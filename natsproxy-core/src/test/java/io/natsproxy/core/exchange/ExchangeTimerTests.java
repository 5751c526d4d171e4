package io.natsproxy.core.exchange;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ExchangeTimer}.
 */
class ExchangeTimerTests {

	private static final Duration LONG = Duration.ofMinutes(5);

	private final ExchangeTimer timer = new ExchangeTimer();

	@AfterEach
	void close() {
		this.timer.close();
	}

	@Test
	void taskRunsOnADaemonThreadAndNotEarly() throws Exception {
		CountDownLatch ran = new CountDownLatch(1);
		AtomicBoolean daemon = new AtomicBoolean();
		long start = System.nanoTime();
		this.timer.schedule(() -> {
			daemon.set(Thread.currentThread().isDaemon());
			ran.countDown();
		}, Duration.ofMillis(80));
		assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(80));
		assertThat(daemon).isTrue();
		await().untilAsserted(() -> assertThat(this.timer.pending()).isZero());
	}

	@Test
	void cancelledTaskIsForgotten() {
		Disposable task = this.timer.schedule(() -> {
		}, LONG);
		assertThat(this.timer.pending()).isEqualTo(1);
		task.dispose();
		await().untilAsserted(() -> assertThat(this.timer.pending()).isZero());
	}

	@Test
	void cancelledTaskIsLetGoByThoseWhoStillHoldItsDeadline() {
		AtomicBoolean task = new AtomicBoolean();
		WeakReference<AtomicBoolean> collected = new WeakReference<>(task);
		Disposable deadline = this.timer.schedule(settingTrue(task), LONG);
		task = null;
		deadline.dispose();
		await().untilAsserted(() -> {
			System.gc();
			assertThat(collected.get()).isNull();
		});
		Reference.reachabilityFence(deadline);
	}

	private static Runnable settingTrue(AtomicBoolean flag) {
		return () -> flag.set(true);
	}

	@Test
	void delayMayBeLongerThanAnyoneWaits() {
		Disposable task = this.timer.schedule(() -> {
		}, Duration.ofSeconds(Long.MAX_VALUE));
		assertThat(this.timer.pending()).isEqualTo(1);
		task.dispose();
	}

	@Test
	void whatIsDueRunsAlsoWhenNoThreadTakesIt() {
		AtomicInteger refused = new AtomicInteger();
		Executor refusing = (task) -> {
			refused.incrementAndGet();
			throw new UnloggableError();
		};
		try (ExchangeTimer failing = new ExchangeTimer(Schedulers.fromExecutor(refusing))) {
			for (int i = 1; i <= 3; i++) {
				int expected = i;
				AtomicBoolean ran = new AtomicBoolean();
				failing.schedule(() -> ran.set(true), Duration.ZERO);
				await().untilTrue(ran);
				await().until(() -> refused.get() == expected);
			}
		}
	}

	@Test
	void theTimerGoesOnWhateverATaskThrows() {
		AtomicInteger ran = new AtomicInteger();
		for (int i = 0; i < 20; i++) {
			this.timer.schedule(() -> {
				ran.incrementAndGet();
				throw new UnloggableError();
			}, Duration.ofMillis(i * 10));
		}
		await().until(() -> ran.get() == 20);
	}

	@Test
	void whatIsRepeatedIsRepeatedWhateverItThrowsUntilItIsEnded() {
		AtomicInteger runs = new AtomicInteger();
		Disposable repetition = this.timer.repeat(() -> {
			runs.incrementAndGet();
			throw new UnloggableError();
		}, Duration.ofMillis(5));
		await().until(() -> runs.get() > 5);
		repetition.dispose();
		AtomicInteger others = new AtomicInteger();
		this.timer.repeat(others::incrementAndGet, Duration.ofMillis(5));
		await().until(() -> others.get() > 1);
		int ended = runs.get();
		await().until(() -> others.get() > 5);
		assertThat(runs.get()).isEqualTo(ended);
	}

	@Test
	void closedTimerTakesNoTask() {
		this.timer.close();
		assertThatIllegalStateException().isThrownBy(() -> this.timer.schedule(() -> {
		}, LONG));
	}

	/**
	 * An error with which the log fails, too, as it does when there is no memory.
	 */
	private static final class UnloggableError extends VirtualMachineError {

		@Override
		public String getMessage() {
			throw new OutOfMemoryError("test");
		}

	}

}
