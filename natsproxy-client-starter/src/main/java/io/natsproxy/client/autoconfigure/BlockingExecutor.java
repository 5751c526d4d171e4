package io.natsproxy.client.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.system.JavaVersion;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * The executor of handlers that block: virtual threads where the JVM has them, else a
 * bounded pool. Wraps the executor, since a bean of that type would keep Spring Boot from
 * making the application's own. A bean of this type takes the place of the
 * auto-configured one.
 */
public final class BlockingExecutor implements AutoCloseable {

	private static final String THREAD_NAME_PREFIX = "natsproxy-blocking-";

	private static final int THREADS_PER_PROCESSOR = 10;

	private final AsyncTaskExecutor executor;

	private final @Nullable ThreadPoolTaskExecutor pool;

	/**
	 * Wraps an executor, which is closed by whoever has made it.
	 * @param executor executes the handlers
	 */
	public BlockingExecutor(AsyncTaskExecutor executor) {
		this.executor = executor;
		this.pool = null;
	}

	/**
	 * Creates the executor.
	 * @param threads size of the pool, {@code null} for the default
	 * @param maxInFlight how many tasks there may be at once, running or waiting
	 */
	BlockingExecutor(@Nullable Integer threads, int maxInFlight) {
		if (JavaVersion.getJavaVersion().isEqualOrNewerThan(JavaVersion.TWENTY_ONE)) {
			SimpleAsyncTaskExecutor virtual = new SimpleAsyncTaskExecutor(THREAD_NAME_PREFIX);
			virtual.setVirtualThreads(true);
			this.executor = virtual;
			this.pool = null;
		}
		else {
			this.pool = pool(
					(threads != null) ? threads : THREADS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors(),
					maxInFlight);
			this.executor = this.pool;
		}
	}

	private static ThreadPoolTaskExecutor pool(int threads, int capacity) {
		ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
		pool.setThreadNamePrefix(THREAD_NAME_PREFIX);
		pool.setCorePoolSize(threads);
		pool.setMaxPoolSize(threads);
		pool.setAllowCoreThreadTimeOut(true);
		pool.setQueueCapacity(capacity);
		pool.setDaemon(true);
		pool.initialize();
		return pool;
	}

	AsyncTaskExecutor get() {
		return this.executor;
	}

	@Override
	public void close() {
		if (this.pool != null) {
			this.pool.shutdown();
		}
	}

}
