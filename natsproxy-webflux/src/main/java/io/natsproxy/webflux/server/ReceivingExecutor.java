package io.natsproxy.webflux.server;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;

import io.natsproxy.core.liveness.Uncaught;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Runs the tasks of the thread that receives at once, while that has time for them
 * ({@link ReceivingTime}), and all others on a scheduler. Tasks that a task asks for run
 * after it, so that the stack does not grow with them. What a task throws is logged: the
 * thread is that of the connection, which is everybody's.
 */
final class ReceivingExecutor implements HandlerExecutor, Executor {

	private static final Logger logger = LoggerFactory.getLogger(ReceivingExecutor.class);

	private final Scheduler scheduler;

	private final LongSupplier nanoTime;

	/**
	 * The time of the thread that receives. Used by that thread only, as are the fields
	 * below.
	 */
	private final ReceivingTime time;

	private final Queue<Runnable> next = new ArrayDeque<>();

	private boolean running;

	private @Nullable Thread receiver;

	/**
	 * Creates an executor.
	 * @param scheduler runs what the thread that receives has no time for; not disposed
	 * of by this object
	 */
	ReceivingExecutor(Scheduler scheduler) {
		this(scheduler, System::nanoTime);
	}

	/**
	 * Creates an executor that measures how long tasks take by another clock.
	 * @param scheduler runs what the thread that receives has no time for; not disposed
	 * of by this object
	 * @param nanoTime measures how long tasks take, like {@link System#nanoTime()}
	 */
	ReceivingExecutor(Scheduler scheduler, LongSupplier nanoTime) {
		this.scheduler = scheduler;
		this.nanoTime = nanoTime;
		this.time = new ReceivingTime(nanoTime.getAsLong());
	}

	/**
	 * Runs a task for the calling thread, which is the one that receives.
	 * @throws RejectedExecutionException if the scheduler is asked, and refuses
	 */
	@Override
	public void receive(Runnable task) {
		this.receiver = Thread.currentThread();
		execute(task);
	}

	/**
	 * Returns what moves on what the calling thread begins. On a thread that may block,
	 * the source may block as well, and is never asked for more by the thread that
	 * receives.
	 * @return this object, or the scheduler
	 */
	@Override
	public Executor forCallingThread() {
		return Schedulers.isInNonBlockingThread() ? this : this.scheduler::schedule;
	}

	@Override
	public void execute(Runnable task) {
		if (Thread.currentThread() != this.receiver) {
			this.scheduler.schedule(task);
		}
		else if (this.running) {
			this.next.add(task);
		}
		else if (!this.time.isLeft(this.nanoTime.getAsLong())) {
			this.scheduler.schedule(task);
		}
		else {
			this.running = true;
			try {
				run(task);
				for (Runnable following = this.next.poll(); following != null; following = this.next.poll()) {
					runOrSchedule(following);
				}
			}
			finally {
				this.running = false;
			}
		}
	}

	private void runOrSchedule(Runnable task) {
		if (!this.time.isLeft(this.nanoTime.getAsLong())) {
			try {
				this.scheduler.schedule(task);
				return;
			}
			catch (Throwable ex) {
				// Nobody else is going to run it.
			}
		}
		run(task);
	}

	private void run(Runnable task) {
		long start = this.nanoTime.getAsLong();
		try {
			task.run();
		}
		catch (Throwable ex) {
			Uncaught.report(logger, "What a request, a stream or a WebSocket has to do failed", ex);
		}
		this.time.spent(this.nanoTime.getAsLong() - start);
	}

}
