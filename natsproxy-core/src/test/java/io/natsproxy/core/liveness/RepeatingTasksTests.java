package io.natsproxy.core.liveness;

import java.time.Duration;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RepeatingTasks}.
 */
class RepeatingTasksTests {

	private static final Duration SHORT = Duration.ofMillis(2);

	private final AtomicBoolean failing = new AtomicBoolean();

	private final RepeatingTasks tasks = new RepeatingTasks("repeating-tasks-tests", (task) -> {
		if (this.failing.get()) {
			throw new OutOfMemoryError("test");
		}
		ForkJoinPool.commonPool().execute(task);
	});

	@AfterEach
	void close() {
		this.tasks.close();
		await().until(() -> threads() == 0);
	}

	@Test
	void tasksAreRepeatedWhateverTheyThrow() {
		AtomicInteger failures = new AtomicInteger();
		AtomicInteger others = new AtomicInteger();
		this.tasks.repeat(() -> {
			failures.incrementAndGet();
			throw new OutOfMemoryError("test");
		}, SHORT);
		this.tasks.repeat(others::incrementAndGet, SHORT);
		await().until(() -> failures.get() > 5 && others.get() > 5);
		assertThat(threads()).isEqualTo(1);
	}

	@Test
	void tasksThatNoThreadTakesAreRunAllTheSame() {
		this.failing.set(true);
		AtomicInteger runs = new AtomicInteger();
		this.tasks.repeat(runs::incrementAndGet, SHORT);
		await().until(() -> runs.get() > 5);
		this.failing.set(false);
		int before = runs.get();
		await().until(() -> runs.get() > before + 5);
	}

	@Test
	void aTaskNeverRunsTwiceAtTheSameTime() {
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		AtomicInteger runs = new AtomicInteger();
		this.tasks.repeat(() -> {
			most.accumulateAndGet(running.incrementAndGet(), Math::max);
			sleep(10 * SHORT.toMillis());
			running.decrementAndGet();
			runs.incrementAndGet();
		}, SHORT);
		await().until(() -> runs.get() > 3);
		assertThat(most).hasValue(1);
	}

	@Test
	void aTaskThatIsEndedIsNotRepeated() {
		AtomicInteger runs = new AtomicInteger();
		Disposable repetition = this.tasks.repeat(runs::incrementAndGet, SHORT);
		await().until(() -> runs.get() > 0);
		repetition.dispose();
		AtomicInteger others = new AtomicInteger();
		this.tasks.repeat(others::incrementAndGet, SHORT);
		await().until(() -> others.get() > 2);
		int ended = runs.get();
		await().until(() -> others.get() > 10);
		assertThat(runs).hasValue(ended);
	}

	@Test
	void theThreadIsLeftAloneWhileItIsAlive() {
		AtomicInteger runs = new AtomicInteger();
		this.tasks.ensureRunning();
		assertThat(threads()).isZero();
		this.tasks.repeat(runs::incrementAndGet, SHORT);
		this.tasks.ensureRunning();
		await().until(() -> runs.get() > 2);
		assertThat(threads()).isEqualTo(1);
	}

	@Test
	void anInterruptDoesNotEndTheThread() {
		AtomicInteger runs = new AtomicInteger();
		this.tasks.repeat(runs::incrementAndGet, SHORT);
		Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("repeating-tasks-tests"))
			.forEach(Thread::interrupt);
		int before = runs.get();
		await().until(() -> runs.get() > before + 3);
	}

	private static void sleep(long millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static long threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("repeating-tasks-tests"))
			.count();
	}

}
