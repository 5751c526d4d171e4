package io.natsproxy.core.jetstream;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.util.concurrent.DefaultThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * Threads for what blocks, with a limit on how many there are and on how much waits for
 * them. Safe for use by many threads.
 */
final class BlockingCalls implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(BlockingCalls.class);

	/**
	 * How long a thread is kept that has nothing to do, in seconds.
	 */
	private static final int IDLE = 60;

	private final ThreadPoolExecutor threads;

	/**
	 * Creates the object, which has no threads yet.
	 * @param name the beginning of the names of the threads
	 * @param most the most threads
	 * @param waiting the most that waits for them
	 */
	BlockingCalls(String name, int most, int waiting) {
		this.threads = new ThreadPoolExecutor(most, most, IDLE, TimeUnit.SECONDS, new LinkedBlockingQueue<>(waiting),
				new DefaultThreadFactory(name, true));
		this.threads.allowCoreThreadTimeOut(true);
	}

	/**
	 * Does something. It does not begin any more once the subscriber has gone, and is not
	 * interrupted once it has begun.
	 * @param <T> the type of its result
	 * @param call does it; {@code null} for no result
	 * @param patience how long it may wait for a thread
	 * @return the result, discarded if the subscriber has gone; fails with
	 * {@link RejectedExecutionException} if it has not begun
	 */
	<T> Mono<T> call(Callable<@Nullable T> call, Duration patience) {
		return Mono.create((sink) -> {
			Task<T> task = new Task<>(call, sink);
			Disposable deadline = Schedulers.parallel()
				.schedule(() -> refuse(task), patience.toMillis(), TimeUnit.MILLISECONDS);
			sink.onDispose(() -> {
				deadline.dispose();
				if (task.end()) {
					this.threads.remove(task);
				}
			});
			try {
				this.threads.execute(task);
			}
			catch (RejectedExecutionException ex) {
				refuse(task);
			}
		});
	}

	private void refuse(Task<?> task) {
		if (task.begin()) {
			this.threads.remove(task);
			task.sink.error(new RejectedExecutionException("No thread was free"));
		}
	}

	/**
	 * Does something whose outcome nobody waits for.
	 */
	void run(Callable<? extends @Nullable Object> call) {
		try {
			this.threads.execute(() -> {
				try {
					call.call();
				}
				catch (Exception ex) {
					logger.debug("JetStream: {}", ex.getMessage());
				}
			});
		}
		catch (RejectedExecutionException ex) {
			logger.debug("JetStream: {}", ex.getMessage());
		}
	}

	/**
	 * Ends the threads; what is under way is interrupted.
	 */
	@Override
	public void close() {
		this.threads.shutdownNow();
	}

	/**
	 * A call for one subscriber.
	 */
	private static final class Task<T> implements Runnable {

		private final Callable<@Nullable T> call;

		private final MonoSink<T> sink;

		private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

		Task(Callable<@Nullable T> call, MonoSink<T> sink) {
			this.call = call;
			this.sink = sink;
		}

		/**
		 * Returns whether this is the one who is to call, or to refuse.
		 */
		boolean begin() {
			return this.state.compareAndSet(State.WAITING, State.BEGUN);
		}

		/**
		 * Forgets the subscriber.
		 * @return whether the call has not begun, and does not any more
		 */
		boolean end() {
			return this.state.getAndSet(State.OVER) == State.WAITING;
		}

		@Override
		public void run() {
			if (!begin()) {
				return;
			}
			try {
				this.sink.success(this.call.call());
			}
			catch (Throwable ex) {
				if (this.state.get() != State.OVER) {
					this.sink.error(ex);
				}
				else {
					logger.debug("JetStream: {}", ex.getMessage());
				}
			}
		}

	}

	private enum State {

		WAITING, BEGUN, OVER

	}

}
