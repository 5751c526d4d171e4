package io.natsproxy.core.liveness;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Heartbeat}.
 */
class HeartbeatTests {

	private static final Duration SHORT = Duration.ofMillis(5);

	private final Heartbeat heartbeat = new Heartbeat(SHORT, SHORT.multipliedBy(10));

	private final ExecutorService thread = Executors.newSingleThreadExecutor();

	@AfterEach
	void close() {
		this.heartbeat.close();
		this.thread.shutdownNow();
	}

	@Test
	void aThreadThatIsBlockedIsLostUntilItGoesOn() {
		CountDownLatch blocked = new CountDownLatch(1);
		this.heartbeat.watch("thread", this.thread);
		this.heartbeat.start();
		this.thread.execute(() -> {
			try {
				blocked.await();
			}
			catch (InterruptedException ex) {
				// Stopped.
			}
		});
		await().until(() -> this.heartbeat.lost().contains("thread"));
		blocked.countDown();
		await().until(() -> this.heartbeat.lost().isEmpty());
	}

	@Test
	void aThreadThatHasDiedIsLost() {
		this.thread.shutdownNow();
		this.heartbeat.watch("thread", this.thread);
		this.heartbeat.start();
		await().until(() -> this.heartbeat.lost().contains("thread"));
	}

	@Test
	void whatIsWellIsNotLost() {
		AtomicInteger asked = new AtomicInteger();
		this.heartbeat.watch("thread", this.thread);
		this.heartbeat.watch("state", () -> asked.incrementAndGet() > 0);
		this.heartbeat.start();
		await().until(() -> asked.get() > 30);
		assertThat(this.heartbeat.lost()).isEmpty();
		assertThat(this.heartbeat.watched()).containsExactly("thread", "state");
	}

	@Test
	void aStateThatIsNotSoundForLongIsLost() {
		AtomicBoolean sound = new AtomicBoolean(true);
		this.heartbeat.watch("state", sound::get);
		this.heartbeat.start();
		sound.set(false);
		await().until(() -> this.heartbeat.lost().contains("state"));
		sound.set(true);
		await().until(() -> this.heartbeat.lost().isEmpty());
	}

	@Test
	void itBeatsOnWhateverIsThrown() {
		AtomicInteger asked = new AtomicInteger();
		this.heartbeat.watch("failing", (task) -> {
			asked.incrementAndGet();
			throw new OutOfMemoryError("test");
		});
		this.heartbeat.watch("thread", this.thread);
		this.heartbeat.start();
		await().until(() -> asked.get() > 20);
		assertThat(this.heartbeat.lost()).containsExactly("failing");
	}

	@Test
	void aHeartbeatThatDoesNotBeatIsLostItself() {
		assertThat(this.heartbeat.lost()).isEmpty();
		await().until(() -> this.heartbeat.lost().contains("natsproxy-heartbeat"));
	}

	@Test
	void theSameThreadIsWatchedOnce() {
		this.heartbeat.watch("first", this.thread);
		this.heartbeat.watch("second", this.thread);
		assertThat(this.heartbeat.watched()).containsExactly("first");
	}

	@Test
	void aThreadMustNotBeLostTooSoon() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Heartbeat(Duration.ofSeconds(1), Duration.ofSeconds(2)));
	}

}
