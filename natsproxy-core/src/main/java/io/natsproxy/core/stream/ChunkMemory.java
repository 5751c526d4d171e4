package io.natsproxy.core.stream;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.memory.ByteReservation;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Reserves the memory of each chunk of a body before the source is asked for it. Safe for
 * use by many threads.
 */
final class ChunkMemory {

	/**
	 * The time after which a crowded connection is looked at again. It sends no less for
	 * it, unless it is so fast that it sends all that has crowded it meanwhile.
	 */
	private static final Duration CROWDED_FOR = Duration.ofMillis(10);

	private final ByteReservation memory;

	private final ExchangeTimer timer;

	private volatile @Nullable Disposable wait;

	private volatile boolean closed;

	/**
	 * Guarded by this object.
	 */
	private int ahead;

	/**
	 * Creates the object.
	 * @param memory holds the chunks; closed by its owner
	 * @param timer bounds the time for which memory is waited for
	 */
	ChunkMemory(ByteReservation memory, ExchangeTimer timer) {
		this.memory = memory;
		this.timer = timer;
	}

	/**
	 * Reserves the memory of a chunk.
	 * @param bytes the longest that it may be
	 * @param crowded says whether to wait until less is on the way to the connection
	 * @param granted is run once it is reserved, where that is not at once
	 * @param refused is told when there was no memory in time
	 * @return whether it is reserved at once
	 */
	boolean reserveAhead(int bytes, BooleanSupplier crowded, Runnable granted,
			Consumer<NatsExchangeException> refused) {
		if (crowded.getAsBoolean()) {
			// Ends by itself, soon after this has been closed.
			this.timer.schedule(() -> {
				if (!this.closed && reserveAhead(bytes, crowded, granted, refused)) {
					granted.run();
				}
			}, CROWDED_FOR);
			return false;
		}
		if (this.memory.tryReserve(bytes)) {
			ahead(bytes);
			return true;
		}
		Disposable wait = MemoryWait.begin(this.memory, bytes, this.timer, () -> {
			ahead(bytes);
			granted.run();
		}, refused);
		this.wait = wait;
		if (this.closed) {
			wait.dispose();
		}
		return false;
	}

	private synchronized void ahead(int bytes) {
		this.ahead = bytes;
	}

	/**
	 * Holds a chunk that has come, in place of what was reserved ahead.
	 */
	synchronized void hold(int bytes) {
		this.memory.reserve(bytes - this.ahead);
		this.memory.release(this.ahead - bytes);
		this.ahead = 0;
	}

	/**
	 * Gives back what was held of chunks.
	 */
	void release(int bytes) {
		this.memory.release(bytes);
	}

	/**
	 * Waits no longer, and gives back what is reserved ahead.
	 */
	void close() {
		this.closed = true;
		Disposable wait = this.wait;
		if (wait != null) {
			wait.dispose();
		}
		hold(0);
	}

}
