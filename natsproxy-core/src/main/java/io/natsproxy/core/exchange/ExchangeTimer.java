package io.natsproxy.core.exchange;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.natsproxy.core.liveness.Heartbeat;
import io.natsproxy.core.liveness.RepeatingTasks;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.liveness.Watched;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The one timing wheel on which the deadlines of all exchanges turn: setting and
 * cancelling one costs next to nothing, at the price of running up to 50 ms late. What is
 * due runs on other threads, so that a task which publishes delays no other.
 */
public final class ExchangeTimer implements AutoCloseable, Watched {

	private static final Logger logger = LoggerFactory.getLogger(ExchangeTimer.class);

	private static final long TICK_MILLIS = 50;

	private static final int TICKS_PER_WHEEL = 512;

	private static final int THREADS = 4;

	private static final int IDLE_SECONDS = 60;

	/**
	 * Threads of its own: pings must not queue behind whatever else there is to do.
	 */
	private final Scheduler scheduler;

	private final HashedWheelTimer wheel;

	private final RepeatingTasks repeating;

	/**
	 * Creates the timer; its daemon thread starts with the first deadline.
	 */
	public ExchangeTimer() {
		this(Schedulers.newBoundedElastic(THREADS, Integer.MAX_VALUE, "natsproxy-due", IDLE_SECONDS, true));
	}

	/**
	 * Creates the timer.
	 * @param scheduler where what is due runs; disposed of by this object
	 */
	ExchangeTimer(Scheduler scheduler) {
		this.scheduler = scheduler;
		this.repeating = new RepeatingTasks("natsproxy-repeater", scheduler::schedule);
		this.wheel = new HashedWheelTimer((runnable) -> {
			Thread thread = new Thread(runnable, "natsproxy-timer");
			thread.setDaemon(true);
			return thread;
		}, TICK_MILLIS, TimeUnit.MILLISECONDS, TICKS_PER_WHEEL, true, -1, this::runElsewhere);
	}

	/**
	 * Called on the thread of the wheel, which ends for good, and all deadlines with it,
	 * if something is thrown here.
	 */
	private void runElsewhere(Runnable due) {
		try {
			this.scheduler.schedule(due);
		}
		catch (Throwable ex) {
			// Not run at all, it would leave an exchange without an end.
			runHere(due);
		}
	}

	private static void runHere(Runnable due) {
		try {
			due.run();
		}
		catch (Throwable ex) {
			// It reports its failures itself, if there is memory for that.
		}
	}

	/**
	 * Runs a task soon, on a daemon thread.
	 */
	public void execute(Runnable task) {
		runElsewhere(() -> {
			try {
				task.run();
			}
			catch (Throwable ex) {
				Uncaught.report(logger, "A task that was due has failed", ex);
			}
		});
	}

	/**
	 * Runs a task later.
	 * @param task called on a daemon thread, which it may block for a moment
	 * @param delay how long to wait
	 * @return cancels the task
	 */
	public Disposable schedule(Runnable task, Duration delay) {
		Deadline deadline = new Deadline(task);
		deadline.timeout = this.wheel.newTimeout(deadline, TimeUnit.MILLISECONDS.convert(delay), TimeUnit.MILLISECONDS);
		return deadline;
	}

	/**
	 * Runs a task again and again, whatever it throws.
	 * @param task called on a daemon thread, which it may block for a moment; by one
	 * thread at a time
	 * @param interval how long to wait before the first run, and before each that follows
	 * @return ends the repetition
	 */
	public Disposable repeat(Runnable task, Duration interval) {
		return this.repeating.repeat(task, interval);
	}

	@Override
	public void watchedBy(Heartbeat heartbeat) {
		heartbeat.watch("natsproxy-timer", (task) -> schedule(task, Duration.ZERO));
		heartbeat.watch("natsproxy-repeater", () -> {
			this.repeating.ensureRunning();
			return true;
		});
	}

	/**
	 * Returns how many tasks are waiting; for tests and metrics.
	 * @return the number of deadlines that are neither due nor cancelled
	 */
	public long pending() {
		return this.wheel.pendingTimeouts();
	}

	/**
	 * Returns how many tasks are repeated; for tests.
	 */
	int repeating() {
		return this.repeating.size();
	}

	/**
	 * Drops what is waiting and stops the thread.
	 */
	@Override
	public void close() {
		this.repeating.close();
		this.wheel.stop();
		this.scheduler.dispose();
	}

	/**
	 * A deadline. The wheel holds a cancelled one until its next tick, by when thousands
	 * may have come together: so this lets go of its task, and of all that hangs on it,
	 * at once.
	 */
	private static final class Deadline implements TimerTask, Disposable {

		private volatile @Nullable Runnable task;

		private @Nullable Timeout timeout;

		Deadline(Runnable task) {
			this.task = task;
		}

		@Override
		public void run(Timeout timeout) {
			Runnable task = this.task;
			if (task == null) {
				return;
			}
			try {
				task.run();
			}
			catch (Throwable ex) {
				Uncaught.report(logger, "A task that was due has failed", ex);
			}
		}

		@Override
		public void dispose() {
			this.task = null;
			Timeout timeout = this.timeout;
			if (timeout != null) {
				timeout.cancel();
			}
		}

	}

}
