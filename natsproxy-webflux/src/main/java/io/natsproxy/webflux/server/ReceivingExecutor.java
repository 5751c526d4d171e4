package io.natsproxy.webflux.server;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

import io.natsproxy.core.liveness.Uncaught;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Runs the tasks of the thread that receives at once, while that has time for them
 * ({@link ReceivingTime}), and all others on a scheduler. What goes on there returns to
 * the thread that receives as soon as that has time again. Tasks that a task asks for run
 * after it, so that the stack does not grow with them. What a task throws is logged: the
 * thread is that of the connection, which is everybody's.
 */
final class ReceivingExecutor implements HandlerExecutor, Executor {

	private static final Logger logger = LoggerFactory.getLogger(ReceivingExecutor.class);

	/**
	 * The most tasks that the scheduler runs one after the other.
	 */
	private static final int AT_A_TIME = 32;

	private final Scheduler scheduler;

	private final @Nullable Executor receiving;

	private final LongSupplier nanoTime;

	/**
	 * The time of the thread that receives. Used by that thread only, as are the fields
	 * below.
	 */
	private final ReceivingTime time;

	private final LongConsumer handled;

	private final LongConsumer moved;

	private final Queue<Runnable> next = new ArrayDeque<>();

	private boolean running;

	private volatile @Nullable Thread receiver;

	/**
	 * The time from which on the thread that receives has time left. Set by that thread.
	 */
	private volatile long leftAt;

	/**
	 * The tasks that follow the one that has been handed over to the calling thread.
	 */
	private final ThreadLocal<Queue<Runnable>> handedOver = new ThreadLocal<>();

	/**
	 * Creates an executor.
	 * @param scheduler runs what the thread that receives has no time for; not disposed
	 * of by this object
	 * @param receiving runs tasks on the thread that receives; {@code null} if nothing
	 * does
	 */
	ReceivingExecutor(Scheduler scheduler, @Nullable Executor receiving) {
		this(scheduler, receiving, System::nanoTime);
	}

	/**
	 * Creates an executor that measures how long tasks take by another clock.
	 * @param scheduler runs what the thread that receives has no time for; not disposed
	 * of by this object
	 * @param receiving runs tasks on the thread that receives; {@code null} if nothing
	 * does
	 * @param nanoTime measures how long tasks take, like {@link System#nanoTime()}
	 */
	ReceivingExecutor(Scheduler scheduler, @Nullable Executor receiving, LongSupplier nanoTime) {
		this.scheduler = scheduler;
		this.receiving = receiving;
		this.nanoTime = nanoTime;
		this.time = new ReceivingTime(nanoTime.getAsLong());
		this.handled = this.time::spent;
		this.moved = this.time::moved;
		this.leftAt = this.time.leftAt();
	}

	/**
	 * Runs a task for the calling thread, which is the one that receives.
	 * @throws RejectedExecutionException if the scheduler is asked, and refuses
	 */
	@Override
	public void receive(Runnable task) {
		Thread receiver = Thread.currentThread();
		if (this.receiver != receiver) {
			this.receiver = receiver;
		}
		execute(task, this.handled);
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

	/**
	 * Moves a stream or a WebSocket on.
	 */
	@Override
	public void execute(Runnable task) {
		execute(task, this.moved);
	}

	private void execute(Runnable task, LongConsumer account) {
		if (Thread.currentThread() != this.receiver) {
			executeElsewhere(task);
		}
		else if (this.running) {
			this.next.add(task);
		}
		else if (!this.time.isLeft(this.nanoTime.getAsLong())) {
			handOver(task);
		}
		else {
			this.running = true;
			try {
				run(task, account);
				for (Runnable following = this.next.poll(); following != null; following = this.next.poll()) {
					runOrSchedule(following);
				}
			}
			finally {
				this.running = false;
			}
		}
	}

	/**
	 * Runs a task of another thread: on the one that receives, if that has time.
	 */
	private void executeElsewhere(Runnable task) {
		Executor receiving = this.receiving;
		if (receiving != null && this.receiver != null && this.nanoTime.getAsLong() - this.leftAt >= 0) {
			try {
				receiving.execute(() -> runReturned(task));
				return;
			}
			catch (RejectedExecutionException ex) {
				// Nothing is received any more.
			}
		}
		Queue<Runnable> following = this.handedOver.get();
		if (following != null) {
			following.add(task);
		}
		else {
			handOver(task);
		}
	}

	private void runReturned(Runnable task) {
		try {
			execute(task);
		}
		catch (RejectedExecutionException ex) {
			// Nobody else is going to run it.
			run(task, this.moved);
		}
	}

	/**
	 * Hands a task over to the scheduler, with those that it is going to ask for.
	 */
	private void handOver(Runnable task) {
		Queue<Runnable> tasks = new ArrayDeque<>();
		tasks.add(task);
		this.scheduler.schedule(() -> runHandedOver(tasks));
	}

	private void runHandedOver(Queue<Runnable> tasks) {
		this.handedOver.set(tasks);
		try {
			int run = 0;
			for (Runnable task = tasks.poll(); task != null; task = (run < AT_A_TIME) ? tasks.poll() : null) {
				attempt(task);
				run++;
			}
		}
		finally {
			this.handedOver.remove();
		}
		if (!tasks.isEmpty()) {
			// Others have been waiting for the thread.
			try {
				this.scheduler.schedule(() -> runHandedOver(tasks));
			}
			catch (RejectedExecutionException ex) {
				tasks.forEach(ReceivingExecutor::attempt);
			}
		}
	}

	private void runOrSchedule(Runnable task) {
		if (!this.time.isLeft(this.nanoTime.getAsLong())) {
			try {
				handOver(task);
				return;
			}
			catch (Throwable ex) {
				// Nobody else is going to run it.
			}
		}
		run(task, this.moved);
	}

	private void run(Runnable task, LongConsumer account) {
		long start = this.nanoTime.getAsLong();
		attempt(task);
		account.accept(this.nanoTime.getAsLong() - start);
		this.leftAt = this.time.leftAt();
	}

	private static void attempt(Runnable task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			Uncaught.report(logger, "What a request, a stream or a WebSocket has to do failed", ex);
		}
	}

}
