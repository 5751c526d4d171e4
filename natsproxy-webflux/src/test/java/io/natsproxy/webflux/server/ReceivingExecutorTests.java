package io.natsproxy.webflux.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The thread of the test is the one that receives. What is handed over runs when the time
 * of its scheduler is advanced.
 */
class ReceivingExecutorTests {

	private final Queue<Runnable> handedOver = new ConcurrentLinkedQueue<>();

	private final Scheduler scheduler = Schedulers.fromExecutor(this.handedOver::add);

	/**
	 * Moved on by tasks only: how busy the machine is does not count.
	 */
	private final AtomicLong nanoTime = new AtomicLong();

	private final ReceivingExecutor executor = new ReceivingExecutor(this.scheduler, this.nanoTime::get);

	private final List<String> log = new CopyOnWriteArrayList<>();

	@Test
	void aTaskOfTheThreadThatReceivesRunsAtOnce() {
		this.executor.receive(() -> this.log.add("received"));
		this.executor.execute(() -> this.log.add("moved on"));
		assertThat(this.log).containsExactly("received", "moved on");
	}

	@Test
	void aTaskOfAnotherThreadIsHandedOver() throws Exception {
		this.executor.receive(() -> {
		});
		Thread other = new Thread(() -> this.executor.execute(() -> this.log.add("moved on")));
		other.start();
		other.join();
		assertThat(this.log).isEmpty();
		runWhatIsHandedOver();
		assertThat(this.log).containsExactly("moved on");
	}

	@Test
	void whatATaskAsksForRunsAfterIt() {
		this.executor.receive(() -> {
			this.executor.execute(() -> {
				this.executor.execute(() -> this.log.add("third"));
				this.log.add("second");
			});
			this.log.add("first");
		});
		assertThat(this.log).containsExactly("first", "second", "third");
	}

	@Test
	void theStackDoesNotGrowWithTheTasks() {
		List<Integer> depths = new ArrayList<>();
		this.executor.receive(() -> again(depths, 20_000));
		runWhatIsHandedOver();
		assertThat(depths).hasSize(20_000).allSatisfy((depth) -> assertThat(depth).isLessThan(depths.get(0) + 50));
	}

	private void again(List<Integer> depths, int times) {
		if (times % 1000 == 0) {
			depths.add(new Throwable().getStackTrace().length);
		}
		else {
			depths.add(0);
		}
		if (times > 1) {
			this.executor.execute(() -> again(depths, times - 1));
		}
	}

	@Test
	void aTaskThatFailsDoesNotKeepTheOthersFromRunning() {
		this.executor.receive(() -> {
			this.executor.execute(() -> this.log.add("asked for"));
			throw new LinkageError("failed");
		});
		this.executor.execute(() -> this.log.add("next"));
		assertThat(this.log).containsExactly("asked for", "next");
	}

	@Test
	void aTaskWhoseFailureCannotEvenBeLoggedDoesNotKeepTheOthersFromRunning() {
		this.executor.receive(() -> {
			this.executor.execute(() -> this.log.add("asked for"));
			throw new VirtualMachineError() {

				@Override
				public String getMessage() {
					throw new OutOfMemoryError("test");
				}

			};
		});
		this.executor.execute(() -> this.log.add("next"));
		assertThat(this.log).containsExactly("asked for", "next");
	}

	@Test
	void whenTheTimeIsUsedUpTasksAreHandedOver() {
		this.executor.receive(() -> {
			this.executor.execute(() -> this.log.add("asked for"));
			work();
		});
		this.executor.execute(() -> this.log.add("next"));
		assertThat(this.log).isEmpty();
		runWhatIsHandedOver();
		assertThat(this.log).containsExactly("asked for", "next");
	}

	@Test
	void whatTheSchedulerRefusesIsTheCallersToKnow() {
		this.executor.receive(this::work);
		this.scheduler.dispose();
		assertThatExceptionOfType(RejectedExecutionException.class)
			.isThrownBy(() -> this.executor.receive(() -> this.log.add("received")));
		assertThat(this.log).isEmpty();
	}

	@Test
	void whatATaskAskedForRunsWhenTheSchedulerRefusesIt() {
		this.scheduler.dispose();
		this.executor.receive(() -> {
			this.executor.execute(() -> this.log.add("asked for"));
			work();
		});
		assertThat(this.log).containsExactly("asked for");
	}

	@Test
	void whatBeginsOnAThreadThatMayBlockIsMovedOnByTheScheduler() {
		assertThat(this.executor.forCallingThread()).isNotSameAs(this.executor);
		Scheduler nonBlocking = Schedulers.newParallel("non-blocking", 1, true);
		try {
			nonBlocking
				.schedule(() -> this.log.add(Boolean.toString(this.executor.forCallingThread() == this.executor)));
		}
		finally {
			nonBlocking.disposeGracefully().block();
		}
		assertThat(this.log).containsExactly("true");
	}

	private void runWhatIsHandedOver() {
		for (Runnable task = this.handedOver.poll(); task != null; task = this.handedOver.poll()) {
			task.run();
		}
	}

	/**
	 * Uses up more time than is saved.
	 */
	private void work() {
		this.nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(1));
	}

}
