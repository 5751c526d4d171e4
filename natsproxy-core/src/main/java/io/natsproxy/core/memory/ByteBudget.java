package io.natsproxy.core.memory;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * A limit in bytes on everything that the process holds of bodies: collected, waiting for
 * credit, received and not consumed, granted to a peer, queued to NATS or to a client.
 * What would go beyond it waits or is refused before it is read. Safe for use by many
 * threads.
 *
 * <p>
 * A quarter of the budget is kept for owners who hold up to 16 KiB each, so that small
 * messages pass while large or slow bodies wait.
 */
public final class ByteBudget {

	/**
	 * The default share of the largest heap, in per cent.
	 */
	public static final int DEFAULT_PERCENT = 30;

	/**
	 * The largest reservation that may use all of the budget, in bytes.
	 */
	public static final int SMALL = 16 * 1024;

	private final long limit;

	private final long bulkLimit;

	private final AtomicLong used = new AtomicLong();

	private final AtomicLong peak = new AtomicLong();

	/**
	 * The reservations that wait for memory, in the order in which they asked. Guarded by
	 * itself.
	 */
	private final Set<Waiter> waiters = new LinkedHashSet<>();

	private volatile int waiting;

	/**
	 * Creates a budget.
	 * @param limit the limit in bytes, positive
	 */
	public ByteBudget(long limit) {
		if (limit < 1) {
			throw new IllegalArgumentException("The budget must be positive");
		}
		this.limit = limit;
		this.bulkLimit = limit - limit / 4;
	}

	/**
	 * Creates a budget of a share of the largest heap.
	 * @param percent the share, from 1 to 100
	 * @return the budget
	 */
	public static ByteBudget ofHeap(int percent) {
		if (percent < 1 || percent > 100) {
			throw new IllegalArgumentException("A share of the heap is from 1 to 100 per cent");
		}
		return new ByteBudget(Math.max(1, Runtime.getRuntime().maxMemory() / 100 * percent));
	}

	/**
	 * Reserves bytes, if there is room for them.
	 * @param bytes number of bytes
	 * @return {@code true} if they are reserved, and have to be released
	 */
	public boolean tryReserve(long bytes) {
		return tryReserve(bytes, bytes <= SMALL);
	}

	/**
	 * Reserves bytes, if there is room for them.
	 * @param small whether their owner holds so few that they may use all of the budget,
	 * and pass those who wait
	 */
	boolean tryReserve(long bytes, boolean small) {
		return (small || this.waiting == 0) && reserveUpTo(bytes, small ? this.limit : this.bulkLimit);
	}

	private boolean reserveUpTo(long bytes, long most) {
		long before = this.used.get();
		while (before + bytes <= most || before == 0) {
			if (this.used.compareAndSet(before, before + bytes)) {
				notePeak(before + bytes);
				return true;
			}
			before = this.used.get();
		}
		return false;
	}

	/**
	 * Returns whether there is room for more bytes that nobody may miss: half of the
	 * budget is left to others, and of the other half as much as they are; and nobody
	 * waits.
	 */
	boolean hasSpare(long bytes) {
		return this.waiting == 0 && 2 * bytes <= this.limit / 2 - this.used.get();
	}

	/**
	 * Reserves bytes that are in memory already, beyond the limit if need be.
	 * @param bytes number of bytes
	 */
	public void reserve(long bytes) {
		notePeak(this.used.addAndGet(bytes));
	}

	private void notePeak(long used) {
		if (used > this.peak.get()) {
			this.peak.accumulateAndGet(used, Math::max);
		}
	}

	/**
	 * Reserves bytes as soon as there is room for them, first come first served.
	 * @param bytes number of bytes
	 * @param granted is called once they are reserved, on the thread that has released
	 * what was missing, or on the calling one; must not block
	 * @return gives up waiting; has no effect once they are reserved
	 */
	public Disposable reserveLater(long bytes, Runnable granted) {
		Waiter waiter = new Waiter(bytes, granted);
		synchronized (this.waiters) {
			this.waiters.add(waiter);
			this.waiting = this.waiters.size();
		}
		serveWaiters();
		return waiter;
	}

	/**
	 * Gives reserved bytes back.
	 * @param bytes number of bytes
	 */
	public void release(long bytes) {
		this.used.addAndGet(-bytes);
		if (this.waiting > 0) {
			serveWaiters();
		}
	}

	private void serveWaiters() {
		for (Waiter next = nextServed(); next != null; next = nextServed()) {
			next.granted.run();
		}
	}

	private @Nullable Waiter nextServed() {
		synchronized (this.waiters) {
			if (this.waiters.isEmpty()) {
				return null;
			}
			Waiter first = this.waiters.iterator().next();
			if (!reserveUpTo(first.bytes, (first.bytes <= SMALL) ? this.limit : this.bulkLimit)) {
				return null;
			}
			this.waiters.remove(first);
			this.waiting = this.waiters.size();
			return first;
		}
	}

	/**
	 * Returns the limit.
	 * @return bytes
	 */
	public long limit() {
		return this.limit;
	}

	/**
	 * Returns the bytes that are reserved now.
	 * @return bytes; beyond the limit for moments, by what was in memory when it was
	 * counted
	 */
	public long used() {
		return this.used.get();
	}

	/**
	 * Returns the most that has been reserved at once.
	 * @return bytes, since the process began
	 */
	public long peak() {
		return this.peak.get();
	}

	/**
	 * Returns the number of bodies and streams that wait for room.
	 * @return the number
	 */
	public int waiting() {
		return this.waiting;
	}

	/**
	 * A reservation that is not made yet.
	 */
	private final class Waiter implements Disposable {

		private final long bytes;

		private final Runnable granted;

		Waiter(long bytes, Runnable granted) {
			this.bytes = bytes;
			this.granted = granted;
		}

		@Override
		public void dispose() {
			synchronized (ByteBudget.this.waiters) {
				ByteBudget.this.waiters.remove(this);
				ByteBudget.this.waiting = ByteBudget.this.waiters.size();
			}
			// The next one may want less.
			serveWaiters();
		}

	}

}
