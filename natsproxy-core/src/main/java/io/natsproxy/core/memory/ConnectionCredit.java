package io.natsproxy.core.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that all peers together may send on one connection without a further word:
 * replies in one message, first parts, and the windows of streams. A NATS server cuts a
 * connection as a slow consumer when more than its {@code max_pending} (64 MB by default)
 * waits there, and with it everything that the connection carries. Safe for use by many
 * threads.
 *
 * <p>
 * Whoever takes some gets a sixteenth of what is left, so that a few get all that they
 * want, and many get less.
 */
public final class ConnectionCredit {

	/**
	 * The sum by default, in bytes, far below {@code max_pending}.
	 */
	public static final long DEFAULT_LIMIT = 24L * 1024 * 1024;

	private static final int SHARES = 16;

	private final long limit;

	private final AtomicLong taken = new AtomicLong();

	/**
	 * Creates the credit of a connection.
	 * @param limit the sum in bytes
	 */
	public ConnectionCredit(long limit) {
		this.limit = limit;
	}

	/**
	 * Takes credit from what is left.
	 * @param most bytes that are wanted
	 * @param least bytes that are taken in any case
	 * @return bytes taken, to be given back
	 */
	public int take(int most, int least) {
		long share = (this.limit - this.taken.get()) / SHARES;
		int bytes = (int) Math.max(least, Math.min(most, share));
		this.taken.addAndGet(bytes);
		return bytes;
	}

	/**
	 * Takes more, if there is plenty left.
	 * @param bytes bytes that are wanted
	 * @return {@code true} if they are taken, and have to be given back
	 */
	public boolean tryTake(int bytes) {
		return tryTake(bytes, this.limit);
	}

	/**
	 * Takes more of what nobody may miss: half of the sum is left to others, and of the
	 * other half as much as is taken.
	 * @param bytes bytes that are wanted
	 * @return {@code true} if they are taken, and have to be given back
	 */
	public boolean tryTakeSpare(int bytes) {
		return tryTake(bytes, this.limit / 2);
	}

	/**
	 * Takes more, if twice as much is left of a limit.
	 */
	private boolean tryTake(int bytes, long limit) {
		if (limit - this.taken.get() < 2L * bytes) {
			return false;
		}
		this.taken.addAndGet(bytes);
		return true;
	}

	/**
	 * Gives back what was taken.
	 * @param bytes number of bytes
	 */
	public void giveBack(long bytes) {
		this.taken.addAndGet(-bytes);
	}

	/**
	 * Returns the bytes that are taken now.
	 * @return bytes
	 */
	public long taken() {
		return this.taken.get();
	}

}
