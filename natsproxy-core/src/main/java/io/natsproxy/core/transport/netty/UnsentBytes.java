package io.natsproxy.core.transport.netty;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a transport that the operating system has not taken yet. What goes beyond
 * {@value #UNCOUNTED} of them counts in the budget: most messages are gone before anybody
 * else could want their memory. Safe for use by many threads.
 */
final class UnsentBytes {

	/**
	 * Bytes of each transport that do not count in the budget.
	 */
	static final int UNCOUNTED = 64 * 1024;

	private final AtomicLong pending = new AtomicLong();

	private final AtomicReference<@Nullable ByteReservation> memory = new AtomicReference<>();

	/**
	 * Bytes that are reserved. Changed under the lock of this object.
	 */
	private volatile long counted;

	/**
	 * Sets the budget, unless there is one.
	 * @param budget the budget
	 * @return whether it was set
	 */
	boolean budget(ByteBudget budget) {
		boolean set = this.memory.compareAndSet(null, new ByteReservation(budget));
		count(get());
		return set;
	}

	/**
	 * Adds bytes that are to be sent.
	 * @return all that are to be sent
	 */
	long add(long bytes) {
		long pending = this.pending.addAndGet(bytes);
		count(pending);
		return pending;
	}

	/**
	 * Takes bytes away that have been sent, or are not going to be.
	 */
	void remove(long bytes) {
		count(this.pending.addAndGet(-bytes));
	}

	/**
	 * Returns the bytes that are to be sent.
	 */
	long get() {
		return this.pending.get();
	}

	/**
	 * Reserves nothing any more.
	 */
	void close() {
		ByteReservation memory = this.memory.get();
		if (memory != null) {
			memory.close();
		}
	}

	/**
	 * Whoever comes last sees all changes, so that what is counted is right in the end.
	 */
	private void count(long pending) {
		if (pending > UNCOUNTED || this.counted > 0) {
			adjust();
		}
	}

	private synchronized void adjust() {
		ByteReservation memory = this.memory.get();
		if (memory == null) {
			return;
		}
		long before = this.counted;
		long after = Math.max(0, get() - UNCOUNTED);
		if (after > before) {
			memory.reserve(after - before);
		}
		else {
			memory.release(before - after);
		}
		this.counted = after;
	}

}
