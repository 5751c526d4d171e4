package io.natsproxy.core.management;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Requests that wait for each other: {@value #AT_ONCE} are answered at a time, on as many
 * threads of their own that may be blocked, and {@value #MAX_WAITING} wait. What hangs
 * here keeps back nothing of other lanes. Safe for use by many threads.
 */
final class ManagementLane implements AutoCloseable {

	/**
	 * Requests that are answered at a time.
	 */
	static final int AT_ONCE = 2;

	/**
	 * Most requests that wait.
	 */
	static final int MAX_WAITING = 16;

	/**
	 * The seconds after which a thread ends that has nothing to do.
	 */
	private static final int IDLE_SECONDS = 60;

	private static final Logger logger = LoggerFactory.getLogger(ManagementLane.class);

	private final String name;

	private final BiFunction<Waiting, Scheduler, Mono<Void>> answer;

	private final Consumer<Waiting> late;

	private final Sinks.Empty<Void> closing = Sinks.empty();

	/**
	 * Guarded by this object, like all that follows.
	 */
	private final Queue<Waiting> waiting = new ArrayDeque<>();

	/**
	 * Made when it is needed first: an endpoint that hangs must not take more and more of
	 * the threads on which others rely. A request is taken by whichever thread is free.
	 */
	private @Nullable Scheduler threads;

	private int running;

	private boolean closed;

	/**
	 * Creates a lane.
	 * @param name the name of its threads
	 * @param answer answers a request, on threads that it may block
	 * @param late says that a request has waited too long
	 */
	ManagementLane(String name, BiFunction<Waiting, Scheduler, Mono<Void>> answer, Consumer<Waiting> late) {
		this.name = name;
		this.answer = answer;
		this.late = late;
	}

	/**
	 * Takes a request; does not block.
	 * @return whether there is room for it, or nothing is answered any more
	 */
	boolean add(Waiting request) {
		synchronized (this) {
			if (this.closed) {
				return true;
			}
			if (this.waiting.size() >= MAX_WAITING) {
				return false;
			}
			this.waiting.add(request);
		}
		next();
		return true;
	}

	/**
	 * Begins with the next requests for which somebody still waits.
	 */
	private void next() {
		List<Waiting> started = new ArrayList<>(AT_ONCE);
		List<Waiting> late = new ArrayList<>();
		Scheduler scheduler;
		synchronized (this) {
			if (this.closed) {
				return;
			}
			scheduler = threads();
			while (this.running < AT_ONCE && !this.waiting.isEmpty()) {
				Waiting next = this.waiting.remove();
				if (next.remaining().isNegative()) {
					late.add(next);
				}
				else {
					this.running++;
					started.add(next);
				}
			}
		}
		late.forEach(this.late);
		started.forEach((request) -> start(request, scheduler));
	}

	private void start(Waiting request, Scheduler scheduler) {
		this.answer.apply(request, scheduler)
			.takeUntilOther(this.closing.asMono())
			.doFinally((signal) -> ended())
			.subscribe(null, (ex) -> logger.debug("A management endpoint could not be read", ex));
	}

	private void ended() {
		synchronized (this) {
			this.running--;
		}
		next();
	}

	private Scheduler threads() {
		Scheduler scheduler = this.threads;
		if (scheduler == null) {
			ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(AT_ONCE, this::thread);
			// What has been given up, but has not begun since endpoints hang.
			executor.setRemoveOnCancelPolicy(true);
			executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
			executor.allowCoreThreadTimeOut(true);
			scheduler = Schedulers.fromExecutorService(executor, this.name);
			this.threads = scheduler;
		}
		return scheduler;
	}

	private Thread thread(Runnable task) {
		Thread thread = new Thread(task, this.name);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Answers nothing from now on.
	 */
	@Override
	public void close() {
		Scheduler scheduler;
		synchronized (this) {
			this.closed = true;
			this.waiting.clear();
			scheduler = this.threads;
		}
		this.closing.tryEmitEmpty();
		if (scheduler != null) {
			scheduler.dispose();
		}
	}

	/**
	 * A request that waits.
	 *
	 * @param request the request
	 * @param replySubject where the answer goes
	 * @param until when nobody waits for it any more, on the clock of
	 * {@link System#nanoTime()}
	 */
	record Waiting(ManagementRequest request, String replySubject, long until) {

		/**
		 * Returns how long somebody waits; negative if nobody does any more.
		 */
		Duration remaining() {
			return Duration.ofNanos(this.until - System.nanoTime());
		}

	}

}
