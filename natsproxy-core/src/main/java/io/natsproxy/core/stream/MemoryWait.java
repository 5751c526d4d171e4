package io.natsproxy.core.stream;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.memory.ByteReservation;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Waits for room in the budget of bytes, for a bounded time.
 */
final class MemoryWait implements Disposable {

	/**
	 * Longest time that a body waits for memory before its exchange is refused.
	 */
	static final Duration LONGEST = Duration.ofSeconds(5);

	private final ByteReservation memory;

	private final long bytes;

	private final ExchangeTimer timer;

	private final Runnable granted;

	private final Consumer<NatsExchangeException> refused;

	private final AtomicBoolean over = new AtomicBoolean();

	private final Disposable deadline;

	private volatile @Nullable Disposable waiter;

	private MemoryWait(ByteReservation memory, long bytes, ExchangeTimer timer, Runnable granted,
			Consumer<NatsExchangeException> refused) {
		this.memory = memory;
		this.bytes = bytes;
		this.timer = timer;
		this.granted = granted;
		this.refused = refused;
		this.deadline = timer.schedule(this::onDeadline, LONGEST);
	}

	/**
	 * Begins to wait.
	 * @param memory gets the bytes
	 * @param bytes number of bytes
	 * @param timer keeps the deadline
	 * @param granted is called once they are held, on a thread of the timer
	 * @param refused is called when there was no room in time, on a thread of the timer
	 * @return gives up waiting
	 */
	static MemoryWait begin(ByteReservation memory, long bytes, ExchangeTimer timer, Runnable granted,
			Consumer<NatsExchangeException> refused) {
		MemoryWait wait = new MemoryWait(memory, bytes, timer, granted, refused);
		wait.waiter = memory.reserveLater(bytes, wait::onGranted);
		if (wait.over.get()) {
			wait.giveUp();
		}
		return wait;
	}

	private void onGranted() {
		if (this.over.compareAndSet(false, true)) {
			this.deadline.dispose();
			// Not here: whoever has released the memory may hold locks, or be in a send.
			this.timer.execute(this.granted);
		}
		else {
			this.memory.release(this.bytes);
		}
	}

	private void onDeadline() {
		if (this.over.compareAndSet(false, true)) {
			giveUp();
			this.refused.accept(refusal());
		}
	}

	/**
	 * Returns the failure of an exchange for whose body there is no memory.
	 */
	static NatsExchangeException refusal() {
		return new NatsExchangeException(ExchangeFailure.MEMORY_EXHAUSTED,
				"There is no memory for more bodies at the moment");
	}

	@Override
	public void dispose() {
		if (this.over.compareAndSet(false, true)) {
			this.deadline.dispose();
			giveUp();
		}
	}

	private void giveUp() {
		Disposable waiter = this.waiter;
		if (waiter != null) {
			waiter.dispose();
		}
	}

}
