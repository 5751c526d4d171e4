package io.natsproxy.core.stream;

import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.LongConsumer;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.memory.ConnectionCredit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * The credit of one stream at its receiver: the bytes that may be under way or waiting.
 * Begins small, and doubles up to its usual size while the consumer is faster than what
 * comes, as far as the budget of bytes and the connection allow; beyond that, up to its
 * limit, where it makes the stream faster and nobody may miss the memory. Shrinks, and in
 * the end waits, when memory is short. All that is granted is reserved before. Safe for
 * use by many threads.
 */
public final class ReceiveWindow {

	/**
	 * The first window of a stream, in bytes.
	 */
	static final int INITIAL = 64 * 1024;

	/**
	 * The smallest window, in bytes: one frame.
	 */
	static final int SMALLEST = 32 * 1024;

	private final StreamOptions options;

	private final long overrun;

	private final ByteReservation memory;

	private final ConnectionCredit connection;

	private final ExchangeTimer timer;

	private final LongConsumer grant;

	private final Consumer<NatsExchangeException> refused;

	private final WindowTrial trial = new WindowTrial();

	/**
	 * The present size of the window. Guarded by this object, like all that follows.
	 */
	private int size;

	/**
	 * Bytes of the connection's credit: the size, and what the peer has of a larger one.
	 */
	private long taken;

	/**
	 * Credit that the peer has left; negative by what went beyond it.
	 */
	private long credit;

	private long unconsumed;

	private long reserved;

	private boolean opened;

	private boolean closed;

	private boolean waiting;

	private @Nullable Disposable memoryWait;

	/**
	 * Creates a window, which grants nothing before it is opened.
	 * @param options has the usual and the largest size of the window
	 * @param overrun bytes by which the first part, or the last frame, may go beyond
	 * @param memory holds what is granted and what has come; closed by its owner
	 * @param connection has the credit of all streams of the connection
	 * @param timer bounds the time for which a stream waits for memory
	 * @param grant lets the peer send more bytes
	 * @param refused is told when there was no memory in time
	 */
	public ReceiveWindow(StreamOptions options, long overrun, ByteReservation memory, ConnectionCredit connection,
			ExchangeTimer timer, LongConsumer grant, Consumer<NatsExchangeException> refused) {
		this.options = options;
		this.overrun = overrun;
		this.memory = memory;
		this.connection = connection;
		this.timer = timer;
		this.grant = grant;
		this.refused = refused;
	}

	/**
	 * Opens the window, after the first part has been received, which needed no credit.
	 * @return the first credit, from which the peer subtracts the first part; zero where
	 * there is no memory yet. {@link #opened()} is to be called when the peer has been
	 * told
	 */
	public synchronized long open() {
		this.opened = true;
		if (this.closed) {
			return this.unconsumed;
		}
		int least = least();
		this.size = this.connection.take(Math.min(this.options.window(), INITIAL), least);
		this.taken = this.size;
		long first = this.unconsumed;
		// The first part is held already.
		this.credit = -first;
		long granted = Math.max(first, this.size);
		if (!reserve(granted - first)) {
			granted = Math.max(first, least);
			if (!reserve(granted - first)) {
				granted = first;
			}
		}
		this.credit += granted;
		this.waiting = granted == 0;
		return granted;
	}

	/**
	 * The peer has been told of the first credit: from now on it may be told of more.
	 */
	public void opened() {
		boolean wait;
		synchronized (this) {
			wait = this.waiting && !this.closed;
		}
		if (wait) {
			awaitMemory();
		}
	}

	/**
	 * Returns the smallest window.
	 */
	private int least() {
		return Math.min(this.options.window(), SMALLEST);
	}

	private boolean reserve(long bytes) {
		if (bytes > 0) {
			if (!this.memory.tryReserve(bytes)) {
				return false;
			}
			this.reserved += bytes;
		}
		return true;
	}

	/**
	 * Takes note of bytes that have come.
	 * @throws NatsExchangeException if they are more than were granted
	 */
	synchronized void received(int bytes) {
		this.unconsumed += bytes;
		if (this.opened) {
			this.credit -= bytes;
			if (this.credit < -this.overrun) {
				throw new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
						"The peer has sent more than it was granted");
			}
		}
		if (this.closed) {
			// Nobody takes it.
			return;
		}
		// What was reserved when it was granted now holds what has come.
		long covered = Math.min(bytes, this.reserved);
		this.reserved -= covered;
		this.memory.reserve(bytes - covered);
	}

	/**
	 * Takes note of bytes that were consumed, and grants as many anew, once a quarter of
	 * the window is due.
	 */
	void consumed(int bytes) {
		long granted;
		boolean wait;
		synchronized (this) {
			this.unconsumed -= bytes;
			if (this.closed || !this.opened || this.waiting) {
				return;
			}
			tune(bytes);
			granted = due();
			giveBackUnused();
			// Nothing is under way, and nothing is left that asks again.
			this.waiting = granted == 0 && this.credit <= 0 && this.unconsumed <= 0;
			wait = this.waiting;
		}
		if (granted > 0) {
			this.grant.accept(granted);
		}
		else if (wait) {
			awaitMemory();
		}
	}

	private long due() {
		long due = this.size - (this.credit + this.unconsumed);
		// Large windows go on in steps that are as small, and not in bursts.
		if (due * 4 < Math.min(this.size, this.options.window())) {
			return 0;
		}
		if (isConsumerReady() && grow(this.options.window(), this.connection::tryTake)) {
			due = this.size - (this.credit + this.unconsumed);
		}
		if (reserveCredit(due)) {
			return due;
		}
		this.size = Math.max(least(), this.size / 2);
		due = this.size - (this.credit + this.unconsumed);
		return (due > 0 && reserveCredit(due)) ? due : 0;
	}

	private boolean isConsumerReady() {
		return this.unconsumed * 4 <= this.size;
	}

	/**
	 * Doubles the window.
	 * @param limit the largest size
	 * @param credit takes credit of the connection, if there is enough
	 */
	private boolean grow(int limit, IntPredicate credit) {
		int more = Math.min(this.size, limit - this.size);
		if (more > 0 && credit.test(more)) {
			this.size += more;
			this.taken += more;
			return true;
		}
		return false;
	}

	/**
	 * Looks for the size beyond the usual one with which the stream is fastest.
	 */
	private void tune(int consumed) {
		int usual = this.options.window();
		int limit = this.options.maxWindow();
		if (limit == usual || this.size < usual) {
			return;
		}
		WindowTrial.Verdict verdict = this.trial.consumed(consumed, this.size, isConsumerReady(), System.nanoTime());
		if (verdict == WindowTrial.Verdict.SHRINK) {
			this.size = Math.max(usual, this.size / 2);
		}
		else if (verdict == WindowTrial.Verdict.GROW && this.memory.hasSpare(this.size)
				&& grow(limit, this.connection::tryTakeSpare)) {
			this.trial.grown();
		}
	}

	/**
	 * Gives back credit of the connection that the peer has used up, where the window has
	 * become smaller.
	 */
	private void giveBackUnused() {
		long unused = this.taken - Math.max(this.size, this.credit + this.unconsumed);
		if (unused > 0) {
			this.taken -= unused;
			this.connection.giveBack(unused);
		}
	}

	private boolean reserveCredit(long bytes) {
		long before = Math.max(0, this.credit);
		if (!reserve(this.credit + bytes - before)) {
			return false;
		}
		this.credit += bytes;
		return true;
	}

	private void awaitMemory() {
		int least = least();
		Disposable wait = MemoryWait.begin(this.memory, least, this.timer, () -> onMemory(least), this.refused);
		boolean closed;
		synchronized (this) {
			this.memoryWait = wait;
			closed = this.closed;
		}
		if (closed) {
			wait.dispose();
		}
	}

	private void onMemory(int bytes) {
		long granted;
		synchronized (this) {
			this.waiting = false;
			granted = this.closed ? 0 : bytes - this.credit;
			if (granted > 0) {
				this.reserved += bytes;
				this.credit = bytes;
			}
		}
		if (granted > 0) {
			this.grant.accept(granted);
		}
		else {
			this.memory.release(bytes);
		}
	}

	/**
	 * Returns the bytes that the peer may still send.
	 * @return bytes, negative by what went beyond them
	 */
	public synchronized long credit() {
		return this.credit;
	}

	/**
	 * Returns the bytes that have come and have not been consumed.
	 * @return bytes
	 */
	public synchronized long unconsumed() {
		return this.unconsumed;
	}

	/**
	 * Gives back what has come and is not going to be consumed.
	 */
	public void dropped() {
		long dropped;
		synchronized (this) {
			dropped = this.unconsumed;
			this.unconsumed = 0;
		}
		this.memory.release(dropped);
	}

	/**
	 * Grants nothing more, and gives back what was granted and has not come. What has
	 * come stays in memory until it is consumed.
	 */
	void close() {
		Disposable wait;
		long unused;
		synchronized (this) {
			if (this.closed) {
				return;
			}
			this.closed = true;
			this.connection.giveBack(this.taken);
			this.taken = 0;
			this.size = 0;
			unused = this.reserved;
			this.reserved = 0;
			wait = this.memoryWait;
			this.memoryWait = null;
		}
		this.memory.release(unused);
		if (wait != null) {
			wait.dispose();
		}
	}

}
