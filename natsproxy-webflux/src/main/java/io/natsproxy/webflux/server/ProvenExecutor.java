package io.natsproxy.webflux.server;

import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Moves on a stream or a WebSocket that has begun on a thread that may block, so that its
 * source may block as well: on a scheduler, until it has been brief several times. One
 * that turns out to take long afterwards returns to the scheduler, for twice as many
 * times.
 */
final class ProvenExecutor implements Executor {

	/**
	 * The number of brief tasks after which the stream is trusted at first.
	 */
	static final int FIRST_PROOF = 4;

	private static final int LONGEST_PROOF = 1024 * 1024;

	private final Executor receiving;

	private final Executor scheduler;

	private final LongSupplier nanoTime;

	/**
	 * The number of brief tasks after which the stream is trusted. Guarded by this
	 * object, as is the next field.
	 */
	private int proof = FIRST_PROOF;

	private int brief;

	/**
	 * Creates an executor.
	 * @param receiving moves on what is trusted
	 * @param scheduler moves on what is not
	 * @param nanoTime measures how long tasks take, like {@link System#nanoTime()}
	 */
	ProvenExecutor(Executor receiving, Executor scheduler, LongSupplier nanoTime) {
		this.receiving = receiving;
		this.scheduler = scheduler;
		this.nanoTime = nanoTime;
	}

	@Override
	public void execute(Runnable task) {
		Executor executor = isTrusted() ? this.receiving : this.scheduler;
		executor.execute(() -> {
			long start = this.nanoTime.getAsLong();
			try {
				task.run();
			}
			finally {
				judge(this.nanoTime.getAsLong() - start);
			}
		});
	}

	private synchronized boolean isTrusted() {
		return this.brief >= this.proof;
	}

	private synchronized void judge(long time) {
		if (time < ReceivingTime.LONG) {
			this.brief = Math.min(this.brief + 1, LONGEST_PROOF);
			return;
		}
		if (isTrusted()) {
			this.proof = Math.min(2 * this.proof, LONGEST_PROOF);
		}
		this.brief = 0;
	}

}
