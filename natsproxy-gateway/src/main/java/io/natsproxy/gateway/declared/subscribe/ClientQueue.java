package io.natsproxy.gateway.declared.subscribe;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.subscription.SubscriptionListener;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * Waits with what one client gets, within a number of bytes, until the client takes it.
 * The body of its response, for one subscriber. Safe for use by many threads.
 */
final class ClientQueue extends Flux<byte[]> implements Subscription, SubscriptionListener<Event> {

	private final SubscribeFormat format;

	private final long limit;

	private final SlowClientPolicy policy;

	private final ByteReservation memory;

	private final Executor executor;

	private final Consumer<ClientQueue> left;

	/**
	 * Guarded by this object, like all that follows.
	 */
	private final Queue<byte[]> waiting = new ArrayDeque<>(1);

	private long bytes;

	private long missed;

	private boolean silent;

	private long lastPart = System.nanoTime();

	private long demand;

	private @Nullable Runnable refill;

	private @Nullable CoreSubscriber<? super byte[]> subscriber;

	private @Nullable Disposable membership;

	private boolean draining;

	/**
	 * Nothing is taken any more; what waits is delivered, unless it has failed.
	 */
	private boolean ending;

	private @Nullable Throwable failure;

	private boolean ended;

	/**
	 * Creates the queue, which begins with what its format begins with.
	 * @param target has the limits
	 * @param format the format
	 * @param memory holds what waits, and what has been delivered, until the subscriber
	 * releases that; closed by whoever made it
	 * @param executor where the client's response is written
	 * @param left is told once, when nothing is delivered any more
	 */
	ClientQueue(SubscribeTarget target, SubscribeFormat format, ByteReservation memory, Executor executor,
			Consumer<ClientQueue> left) {
		this.limit = target.buffer();
		this.policy = target.slowClient();
		this.format = format;
		this.memory = memory;
		this.executor = executor;
		this.left = left;
		byte[] start = format.encoder().start();
		if (start != null) {
			add(start);
		}
	}

	SubscribeFormat format() {
		return this.format;
	}

	/**
	 * Takes what ends the membership of this client when the queue ends, or at once if it
	 * has.
	 */
	void joined(Disposable membership) {
		synchronized (this) {
			if (!this.ended) {
				this.membership = membership;
				return;
			}
		}
		membership.dispose();
	}

	@Override
	public void onEvent(Event event) {
		offer(event.in(this.format));
	}

	@Override
	public void onInterruption() {
		offer(this.format.encoder().gap(null, Gap.disconnected()));
	}

	/**
	 * Takes a message, if there is room for it.
	 * @return whether there is, or nothing is taken any more
	 */
	boolean tryOffer(Event event) {
		byte[] part = event.in(this.format);
		synchronized (this) {
			if (!this.ending && !this.ended && !add(part)) {
				return false;
			}
		}
		drainLater();
		return true;
	}

	/**
	 * Takes what was asked for, beyond the limit if need be.
	 * @param part a part that may not be left out
	 */
	void offerAsked(byte[] part) {
		synchronized (this) {
			if (this.ending || this.ended) {
				return;
			}
			if (this.memory.tryReserveNow(part.length)) {
				this.bytes += part.length;
				this.waiting.add(part);
			}
			else {
				fail(new NatsExchangeException(ExchangeFailure.MEMORY_EXHAUSTED,
						"There is no memory for more messages at the moment"));
			}
		}
		drainLater();
	}

	/**
	 * Runs something once, as soon as nothing waits and the client wants more.
	 * @param refill may add what comes next; is not run by the calling thread
	 */
	void whenEmpty(Runnable refill) {
		synchronized (this) {
			this.refill = refill;
		}
		drainLater();
	}

	private void offer(byte[] part) {
		synchronized (this) {
			if (this.ending || this.ended) {
				return;
			}
			if (!add(part)) {
				overflow(part);
			}
		}
		drainLater();
	}

	/**
	 * Adds a part, if there is room for it: there is for one that is longer than the
	 * limit when nothing else waits, or else the client would never get it.
	 */
	private boolean add(byte[] part) {
		if ((this.bytes > 0 && this.bytes + part.length > this.limit) || !this.memory.tryReserve(part.length)) {
			return false;
		}
		this.bytes += part.length;
		return this.waiting.add(part);
	}

	private void overflow(byte[] part) {
		if (this.policy == SlowClientPolicy.DISCONNECT) {
			fail(new NatsExchangeException(ExchangeFailure.STREAM_FAILED,
					"The client does not keep up with what comes"));
			return;
		}
		boolean added = false;
		while (!added && !this.waiting.isEmpty()) {
			drop();
			this.missed++;
			added = add(part);
		}
		if (!added) {
			this.missed++;
		}
	}

	private void fail(NatsExchangeException ex) {
		clear();
		this.failure = ex;
		this.ending = true;
	}

	private void drop() {
		byte[] part = take();
		if (part != null) {
			this.memory.release(part.length);
		}
	}

	/**
	 * Takes what has waited longest, which stays reserved.
	 */
	private byte @Nullable [] take() {
		byte[] part = this.waiting.poll();
		if (part != null) {
			this.bytes -= part.length;
		}
		return part;
	}

	private void clear() {
		this.waiting.clear();
		this.memory.release(this.bytes);
		this.bytes = 0;
	}

	@Override
	public void onRefused() {
		end();
	}

	/**
	 * Ends the response after what waits.
	 */
	void end() {
		synchronized (this) {
			this.ending = true;
		}
		drainLater();
	}

	/**
	 * Sends a sign of life, if nothing has been sent for a while, and the client has
	 * taken that.
	 * @param now the time, as {@link System#nanoTime()} has it
	 * @param heartbeat nanoseconds
	 */
	void keepAlive(long now, long heartbeat) {
		synchronized (this) {
			if (now - this.lastPart < heartbeat || !this.waiting.isEmpty() || this.demand == 0) {
				return;
			}
			this.silent = true;
		}
		drainLater();
	}

	@Override
	public void subscribe(CoreSubscriber<? super byte[]> actual) {
		boolean first;
		synchronized (this) {
			if (this.ended) {
				Operators.complete(actual);
				return;
			}
			first = this.subscriber == null;
			if (first) {
				this.subscriber = actual;
			}
		}
		if (first) {
			actual.onSubscribe(this);
		}
		else {
			Operators.error(actual, new IllegalStateException("There is one subscriber at the most"));
		}
	}

	@Override
	public void request(long n) {
		if (Operators.validate(n)) {
			synchronized (this) {
				this.demand = Operators.addCap(this.demand, n);
			}
			drainLater();
		}
	}

	/**
	 * Ends the response without what waits.
	 */
	void abandon() {
		boolean unread;
		synchronized (this) {
			clear();
			this.missed = 0;
			this.silent = false;
			this.ending = true;
			unread = this.subscriber == null;
		}
		if (unread) {
			leave();
		}
		else {
			drainLater();
		}
	}

	/**
	 * Ends the response at once.
	 */
	@Override
	public void cancel() {
		leave();
	}

	/**
	 * Ends the membership, once.
	 */
	private void leave() {
		Disposable membership;
		synchronized (this) {
			if (this.ended) {
				return;
			}
			this.ended = true;
			clear();
			this.refill = null;
			membership = this.membership;
			this.membership = null;
		}
		if (membership != null) {
			membership.dispose();
		}
		this.left.accept(this);
	}

	private void drainLater() {
		synchronized (this) {
			if (this.draining || this.ended || !hasWork()) {
				return;
			}
			this.draining = true;
		}
		try {
			this.executor.execute(this::drain);
		}
		catch (RejectedExecutionException ex) {
			drain();
		}
	}

	private boolean hasWork() {
		if (this.subscriber == null) {
			return false;
		}
		boolean has = this.missed > 0 || this.silent || !this.waiting.isEmpty();
		boolean wants = !has && this.refill != null && !this.ending;
		return ((has || wants) && this.demand > 0) || (this.ending && (this.failure != null || !has));
	}

	private void drain() {
		while (true) {
			byte[] part;
			CoreSubscriber<? super byte[]> actual;
			Throwable failure;
			Runnable refill;
			synchronized (this) {
				actual = this.subscriber;
				if (this.ended || actual == null || !hasWork()) {
					this.draining = false;
					return;
				}
				failure = this.failure;
				part = (failure != null) ? null : nextPart();
				refill = (part != null || this.ending) ? null : this.refill;
				if (refill != null) {
					this.refill = null;
				}
			}
			if (refill != null) {
				refill.run();
				continue;
			}
			if (part != null) {
				actual.onNext(part);
				continue;
			}
			leave();
			if (failure != null) {
				actual.onError(failure);
			}
			else {
				actual.onComplete();
			}
			return;
		}
	}

	/**
	 * Takes the next part, which there is unless this is ending, or is to be refilled.
	 */
	private byte @Nullable [] nextPart() {
		byte[] part;
		if (this.missed > 0) {
			part = this.format.encoder().gap(null, Gap.slow(this.missed));
			this.memory.reserve(part.length);
			this.missed = 0;
		}
		else {
			part = take();
			if (part == null && this.silent) {
				part = this.format.encoder().heartbeat();
				this.memory.reserve(part.length);
			}
		}
		this.silent = false;
		if (part != null) {
			this.demand--;
			this.lastPart = System.nanoTime();
		}
		return part;
	}

}
