package io.natsproxy.core.memory;

import java.util.concurrent.atomic.AtomicLong;

import reactor.core.Disposable;

/**
 * The part of a {@link ByteBudget} that one owner holds: an exchange, or a stream.
 * Closing it gives back whatever is held, and from then on nothing is counted any more,
 * so that an owner that has ended leaves nothing behind. Safe for use by many threads.
 */
public final class ByteReservation {

	private static final long CLOSED = -1;

	private final ByteBudget budget;

	private final AtomicLong held = new AtomicLong();

	/**
	 * Creates a reservation that holds nothing yet.
	 * @param budget the budget
	 */
	public ByteReservation(ByteBudget budget) {
		this.budget = budget;
	}

	/**
	 * Reserves more bytes, if there is room for them.
	 * @param bytes number of bytes
	 * @return {@code true} if they are held now, or this is closed
	 */
	public boolean tryReserve(long bytes) {
		return tryReserve(bytes, held() + bytes <= ByteBudget.SMALL);
	}

	/**
	 * Reserves more bytes, which may not wait: all of the budget is there for them.
	 * @param bytes number of bytes
	 * @return {@code true} if they are held now, or this is closed
	 */
	public boolean tryReserveNow(long bytes) {
		return tryReserve(bytes, true);
	}

	private boolean tryReserve(long bytes, boolean small) {
		if (bytes > 0 && this.budget.tryReserve(bytes, small)) {
			hold(bytes);
			return true;
		}
		return bytes <= 0 || this.held.get() == CLOSED;
	}

	/**
	 * Returns whether there is room for more bytes that nobody may miss.
	 * @param bytes number of bytes
	 * @return whether half of the budget is left to others then, and of the other half as
	 * much as they are, and nobody waits
	 */
	public boolean hasSpare(long bytes) {
		return this.budget.hasSpare(bytes);
	}

	/**
	 * Reserves more bytes, which are in memory already.
	 * @param bytes number of bytes
	 */
	public void reserve(long bytes) {
		if (bytes > 0 && this.held.get() != CLOSED) {
			this.budget.reserve(bytes);
			hold(bytes);
		}
	}

	/**
	 * Reserves more bytes as soon as there is room for them.
	 * @param bytes number of bytes
	 * @param granted is called once they are held, on any thread; must not block
	 * @return gives up waiting
	 */
	public Disposable reserveLater(long bytes, Runnable granted) {
		return this.budget.reserveLater(bytes, () -> {
			hold(bytes);
			granted.run();
		});
	}

	private void hold(long bytes) {
		long before = this.held.get();
		while (before != CLOSED) {
			if (this.held.compareAndSet(before, before + bytes)) {
				return;
			}
			before = this.held.get();
		}
		this.budget.release(bytes);
	}

	/**
	 * Gives bytes back, as many as are held at the most.
	 * @param bytes number of bytes
	 */
	public void release(long bytes) {
		long before = this.held.get();
		while (before > 0 && bytes > 0) {
			long released = Math.min(bytes, before);
			if (this.held.compareAndSet(before, before - released)) {
				this.budget.release(released);
				return;
			}
			before = this.held.get();
		}
	}

	/**
	 * Returns the bytes that are held.
	 * @return bytes, zero once this is closed
	 */
	public long held() {
		return Math.max(0, this.held.get());
	}

	/**
	 * Gives back whatever is held. Later calls change nothing.
	 */
	public void close() {
		long before = this.held.getAndSet(CLOSED);
		if (before > 0) {
			this.budget.release(before);
		}
	}

}
