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

	private final ReceivingExecutor executor = new ReceivingExecutor(this.scheduler, null, this.nanoTime::get);

	private final Thread test = Thread.currentThread();

	private final List<String> log = new CopyOnWriteArrayList<>();

	@Test
	void aTaskOfTheThreadThatReceivesRunsAtOnce() {
		this.executor.receive(() -> this.log.add("received"));
		this.executor.execute(() -> this.log.add("moved on"));
		assertThat(this.log).containsExactly("received", "moved on");
	}

	@Test
	void aTaskOfAnotherThreadIsHandedOver() {
		this.executor.receive(() -> {
		});
		onOtherThread(() -> this.executor.execute(() -> this.log.add("moved on")));
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
	void whatIsHandedOverReturnsWhenThereIsTimeAgain() {
		Queue<Runnable> returned = new ConcurrentLinkedQueue<>();
		ReceivingExecutor executor = new ReceivingExecutor(this.scheduler, returned::add, this.nanoTime::get);
		executor.receive(this::work);
		executor.execute(() -> {
			executor.execute(() -> this.log.add("too early: " + onReceiver()));
			this.nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(4));
			executor.execute(() -> this.log.add("returned: " + onReceiver()));
		});
		onOtherThread(this::runWhatIsHandedOver);
		assertThat(this.log).containsExactly("too early: false");
		assertThat(this.handedOver).isEmpty();
		returned.forEach(Runnable::run);
		assertThat(this.log).containsExactly("too early: false", "returned: true");
	}

	@Test
	void whatHasReturnedIsHandedOverWhenThereIsNoTimeAfterAll() {
		Queue<Runnable> returned = new ConcurrentLinkedQueue<>();
		ReceivingExecutor executor = returning(returned);
		executor.execute(this::work);
		returned.forEach(Runnable::run);
		assertThat(this.log).isEmpty();
		runWhatIsHandedOver();
		assertThat(this.log).containsExactly("moved on");
	}

	@Test
	void whatHasReturnedRunsWhenTheSchedulerRefusesIt() {
		Queue<Runnable> returned = new ConcurrentLinkedQueue<>();
		ReceivingExecutor executor = returning(returned);
		executor.execute(this::work);
		this.scheduler.dispose();
		returned.forEach(Runnable::run);
		assertThat(this.log).containsExactly("moved on");
	}

	@Test
	void nothingReturnsToAThreadThatReceivesNoMore() {
		ReceivingExecutor executor = new ReceivingExecutor(this.scheduler, (task) -> {
			throw new RejectedExecutionException("closed");
		}, this.nanoTime::get);
		executor.receive(() -> {
		});
		onOtherThread(() -> executor.execute(() -> this.log.add("moved on")));
		runWhatIsHandedOver();
		assertThat(this.log).containsExactly("moved on");
	}

	@Test
	void whatIsHandedOverGoesOnThoughATaskOfItFails() {
		this.executor.receive(this::work);
		this.executor.execute(() -> {
			this.executor.execute(() -> this.log.add("asked for"));
			throw new IllegalStateException("failed");
		});
		runWhatIsHandedOver();
		assertThat(this.log).containsExactly("asked for");
	}

	@Test
	void briefMovesMayTakeFourFifthsOfTheTime() {
		this.executor.receive(() -> {
		});
		for (int move = 0; move < 10_000; move++) {
			this.executor.execute(() -> this.nanoTime.addAndGet(100_000));
			this.nanoTime.addAndGet(25_000);
		}
		assertThat(this.handedOver).isEmpty();
		for (int move = 0; move < 10_000; move++) {
			this.executor.execute(() -> this.nanoTime.addAndGet(100_000));
			this.nanoTime.addAndGet(10_000);
		}
		assertThat(this.handedOver).isNotEmpty();
	}

	@Test
	void whatBeginsOnAThreadThatMayBlockIsMovedOnByTheScheduler() {
		assertThat(this.executor.forCallingThread()).isNotSameAs(this.executor);
	}

	@Test
	void whatIsHandedOverTakesTurnsWithOthers() {
		this.executor.receive(this::work);
		this.executor.execute(() -> askAgain(100));
		runNextHandedOver();
		assertThat(this.log).hasSizeLessThan(100);
		runWhatIsHandedOver();
		assertThat(this.log).hasSize(100);
	}

	private void askAgain(int times) {
		if (times > 0) {
			this.log.add("asked");
			this.executor.execute(() -> askAgain(times - 1));
		}
	}

	@Test
	void whatBeginsOnAThreadThatMustNotBlockIsMovedOnHere() {
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

	/**
	 * Has a task of another thread return to that of the test.
	 */
	private ReceivingExecutor returning(Queue<Runnable> returned) {
		ReceivingExecutor executor = new ReceivingExecutor(this.scheduler, returned::add, this.nanoTime::get);
		executor.receive(() -> {
		});
		onOtherThread(() -> executor.execute(() -> this.log.add("moved on")));
		assertThat(this.handedOver).isEmpty();
		return executor;
	}

	private static void onOtherThread(Runnable task) {
		Thread other = new Thread(task);
		other.start();
		try {
			other.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private boolean onReceiver() {
		return Thread.currentThread() == this.test;
	}

	private void runNextHandedOver() {
		this.handedOver.remove().run();
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
