package io.natsproxy.core.connection;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Options;

/**
 * The executors of one connection, on daemon threads: those that jnats makes for itself
 * are not, and would keep a JVM alive whose application failed to start. jnats does not
 * shut down executors that it was given, so {@link #shutdown()} does.
 */
final class DaemonExecutors {

	private final ExecutorService tasks;

	private final ExecutorService callbacks;

	private final ScheduledThreadPoolExecutor timers;

	DaemonExecutors(String name) {
		this.tasks = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 500, TimeUnit.MILLISECONDS, new SynchronousQueue<>(),
				threads(name));
		this.callbacks = Executors.newSingleThreadExecutor(threads(name + "-events"));
		this.timers = new ScheduledThreadPoolExecutor(2, threads(name + "-timer"));
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
	 * Run the task after the events that jnats reported before this call.
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

}
