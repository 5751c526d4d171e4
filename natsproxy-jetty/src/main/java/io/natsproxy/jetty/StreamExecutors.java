package io.natsproxy.jetty;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.natsproxy.core.liveness.Uncaught;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the parts of exchanges run.
 *
 * @param handlers runs what may block: the threads of the server
 * @param frames moves streams on, which must go on while all of those are blocked
 */
record StreamExecutors(Executor handlers, Executor frames) {

	private static final Logger logger = LoggerFactory.getLogger(StreamExecutors.class);

	/**
	 * Runs a handler.
	 * @param task the handler
	 * @throws RejectedExecutionException if the server stops
	 */
	void dispatch(Runnable task) {
		this.handlers.execute(task);
	}

	/**
	 * Runs a task of Jetty's: at once if it says that it does not block, else with the
	 * handlers.
	 * @param task the task, {@code null} for none
	 */
	void complete(@Nullable Runnable task) {
		if (task == null) {
			return;
		}
		InvocationType type = Invocable.getInvocationType(task);
		try {
			if (type == InvocationType.BLOCKING) {
				this.handlers.execute(task);
			}
			else if (type == InvocationType.EITHER) {
				Invocable.invokeNonBlocking(task);
			}
			else {
				task.run();
			}
		}
		catch (RejectedExecutionException ex) {
			logger.debug("A task came after the server had stopped", ex);
		}
		catch (Throwable ex) {
			// The thread is everybody's.
			Uncaught.report(logger, "A task of a request failed", ex);
		}
	}

	/**
	 * Runs a task that may free the threads of others: with the handlers, or, where all
	 * of their threads are taken, on one of its own.
	 * @param task the task, {@code null} for none
	 */
	void urgent(@Nullable Runnable task) {
		try {
			ThreadPool.executeImmediately(this.handlers, task);
		}
		catch (Throwable ex) {
			Uncaught.report(logger, "A task of a request failed", ex);
		}
	}

}
