package io.natsproxy.core.liveness;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;

/**
 * Tasks that are repeated for as long as they are wanted, whatever they throw: a task
 * that asks for its own next run is never run again once it could not ask. To repeat one
 * takes no memory. Safe for use by many threads.
 */
public final class RepeatingTasks implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RepeatingTasks.class);

	private static final long LONGEST_SLEEP = Duration.ofSeconds(1).toNanos();

	private static final long SHORTEST_SLEEP = Duration.ofMillis(1).toNanos();

	private final String threadName;

	private final Executor executor;

	private final List<Repetition> repetitions = new CopyOnWriteArrayList<>();

	private @Nullable Thread thread;

	private volatile boolean closed;

	/**
	 * Creates an object, whose daemon thread starts with the first task.
	 * @param threadName the name of the thread that keeps the time
	 * @param executor where tasks are run; one that it does not take runs on the thread
	 * that keeps the time
	 */
	public RepeatingTasks(String threadName, Executor executor) {
		Uncaught.prepare();
		this.threadName = threadName;
		this.executor = executor;
	}

	/**
	 * Runs a task again and again, never twice at the same time.
	 * @param task the task
	 * @param interval the time before the first run, and between the beginnings of two
	 * runs, or the end of one that takes longer and the beginning of the next
	 * @return ends the repetition
	 */
	public Disposable repeat(Runnable task, Duration interval) {
		Repetition repetition = new Repetition(task, interval.toNanos());
		this.repetitions.add(repetition);
		ensureRunning();
		LockSupport.unpark(thread());
		return () -> this.repetitions.remove(repetition);
	}

	private synchronized @Nullable Thread thread() {
		return this.thread;
	}

	/**
	 * Starts the thread, if there is something to repeat and no thread that does.
	 */
	public synchronized void ensureRunning() {
		Thread thread = this.thread;
		if (this.closed || this.repetitions.isEmpty() || (thread != null && thread.isAlive())) {
			return;
		}
		Thread started = new Thread(this::run, this.threadName);
		started.setDaemon(true);
		this.thread = started;
		started.start();
	}

	private void run() {
		while (!this.closed) {
			try {
				turnAndSleep();
			}
			catch (Throwable ex) {
				// There was no memory for its report: not even for the text of it.
			}
		}
	}

	private void turnAndSleep() {
		try {
			LockSupport.parkNanos(this, turn());
		}
		catch (Throwable ex) {
			Uncaught.report(logger, "What is repeated could not be run, and goes on", ex);
			LockSupport.parkNanos(this, SHORTEST_SLEEP);
		}
	}

	/**
	 * Runs what is due.
	 * @return how long nothing else is, in nanoseconds
	 */
	private long turn() {
		// An interrupt would keep the thread from sleeping.
		Thread.interrupted();
		long sleep = LONGEST_SLEEP;
		// By index, so that no iterator is made.
		for (int i = this.repetitions.size() - 1; i >= 0; i--) {
			Repetition repetition = get(i);
			if (repetition != null) {
				sleep = Math.min(sleep, repetition.turn(this.executor));
			}
		}
		return Math.max(SHORTEST_SLEEP, sleep);
	}

	private @Nullable Repetition get(int index) {
		try {
			return this.repetitions.get(index);
		}
		catch (IndexOutOfBoundsException ex) {
			// It has been removed meanwhile.
			return null;
		}
	}

	/**
	 * Returns how many tasks are repeated.
	 * @return the number of repetitions that have not been ended
	 */
	public int size() {
		return this.repetitions.size();
	}

	/**
	 * Repeats nothing any more.
	 */
	@Override
	public synchronized void close() {
		this.closed = true;
		this.repetitions.clear();
		LockSupport.unpark(this.thread);
	}

	private static final class Repetition implements Runnable {

		private final Runnable task;

		private final long interval;

		private final AtomicBoolean running = new AtomicBoolean();

		private volatile long due;

		Repetition(Runnable task, long interval) {
			this.task = task;
			this.interval = interval;
			this.due = System.nanoTime() + interval;
		}

		/**
		 * Runs the task if it is due and does not run already.
		 * @return how long it is not, in nanoseconds
		 */
		long turn(Executor executor) {
			long now = System.nanoTime();
			long left = this.due - now;
			if (left > 0) {
				return left;
			}
			if (this.running.compareAndSet(false, true)) {
				this.due = now + this.interval;
				execute(executor);
			}
			return this.interval;
		}

		private void execute(Executor executor) {
			try {
				executor.execute(this);
			}
			catch (Throwable ex) {
				run();
			}
		}

		@Override
		public void run() {
			try {
				this.task.run();
			}
			catch (Throwable ex) {
				Uncaught.report(logger, "A repeated task has failed, and is going to be repeated", ex);
			}
			finally {
				this.running.set(false);
			}
		}

	}

}
