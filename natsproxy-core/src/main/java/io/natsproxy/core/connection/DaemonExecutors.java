package io.natsproxy.core.connection;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Options;
import io.natsproxy.core.liveness.Uncaught;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The executors of one connection, on daemon threads: those that jnats makes for itself
 * are not, and would keep a JVM alive whose application failed to start. jnats does not
 * shut down executors that it was given, so {@link #shutdown()} does.
 */
final class DaemonExecutors {

	private static final Logger logger = LoggerFactory.getLogger("io.natsproxy.connection");

	private final ExecutorService tasks;

	private final ExecutorService callbacks;

	private final ScheduledThreadPoolExecutor timers;

	DaemonExecutors(String name) {
		this.tasks = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 500, TimeUnit.MILLISECONDS, new SynchronousQueue<>(),
				threads(name));
		this.callbacks = Executors.newSingleThreadExecutor(threads(name + "-events"));
		this.timers = new EnduringTimers(2, threads(name + "-timer"));
		this.timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		this.timers.setRemoveOnCancelPolicy(true);
	}

	void applyTo(Options.Builder builder) {
		builder.executor(this.tasks)
			.connectExecutor(this.tasks)
			.callbackExecutor(this.callbacks)
			.scheduledExecutor(this.timers);
	}

	/**
	 * Runs a task on a thread of its own, which is interrupted by the shutdown.
	 */
	void execute(Runnable task) {
		this.tasks.execute(task);
	}

	/**
	 * Runs the task after the events that jnats reported before this call.
	 */
	void afterEvents(Runnable task) {
		this.callbacks.execute(task);
	}

	void shutdown() {
		this.timers.shutdownNow();
		this.callbacks.shutdown();
		this.tasks.shutdownNow();
	}

	private static ThreadFactory threads(String name) {
		AtomicInteger number = new AtomicInteger();
		return (task) -> {
			Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		};
	}

	/**
	 * Timers whose repeated tasks are repeated whatever they throw.
	 */
	private static final class EnduringTimers extends ScheduledThreadPoolExecutor {

		EnduringTimers(int threads, ThreadFactory threadFactory) {
			super(threads, threadFactory);
		}

		@Override
		public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initialDelay, long period, TimeUnit unit) {
			return super.scheduleAtFixedRate(enduring(task), initialDelay, period, unit);
		}

		@Override
		public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initialDelay, long delay, TimeUnit unit) {
			return super.scheduleWithFixedDelay(enduring(task), initialDelay, delay, unit);
		}

		private static Runnable enduring(Runnable task) {
			return () -> {
				try {
					runAndReport(task);
				}
				catch (Throwable ex) {
					// There was no memory for its report: not even for the text of it.
				}
			};
		}

		private static void runAndReport(Runnable task) {
			try {
				task.run();
			}
			catch (Throwable ex) {
				Uncaught.report(logger, "A repeated task of the NATS connection has failed", ex);
			}
		}

	}

}
