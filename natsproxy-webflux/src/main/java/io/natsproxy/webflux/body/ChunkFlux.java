package io.natsproxy.webflux.body;

import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * Gathers buffers into chunks: as many as there are when a chunk is asked for, up to its
 * size. Where the source hands over what it has read piece by piece, those count as well
 * that come within the same turn of its event loop. Holds one buffer and one chunk at the
 * most.
 */
final class ChunkFlux extends Flux<byte[]> {

	private final Publisher<? extends DataBuffer> source;

	private final int firstChunk;

	private final int chunkSize;

	private final long expected;

	private final @Nullable Executor turn;

	/**
	 * Creates the chunks.
	 * @param firstChunk how long the first chunk may be, in bytes
	 * @param chunkSize how long the others may be
	 * @param expected how long all of them are going to be, 0 if that is not known
	 * @param turn runs a task when what is there has been handed over; {@code null} where
	 * a source that is asked hands over all that it has
	 */
	ChunkFlux(Publisher<? extends DataBuffer> source, int firstChunk, int chunkSize, long expected,
			@Nullable Executor turn) {
		this.source = source;
		this.firstChunk = firstChunk;
		this.chunkSize = chunkSize;
		this.expected = expected;
		this.turn = turn;
	}

	@Override
	public void subscribe(CoreSubscriber<? super byte[]> actual) {
		this.source.subscribe(new Gatherer(actual, this));
	}

	/**
	 * Its drain loop runs on one thread at a time; only it touches what is not atomic or
	 * volatile, except for the buffer that a signal hands over.
	 */
	private static final class Gatherer implements CoreSubscriber<DataBuffer>, Subscription {

		private static final byte[] NOTHING = {};

		private final CoreSubscriber<? super byte[]> actual;

		private final int chunkSize;

		/** The largest length of the next chunk, in bytes. */
		private int limit;

		/**
		 * The length of the array that is allocated first where one is needed, in bytes.
		 */
		private long expected;

		/** The bytes that are yet to be emitted; 0 if that is not known. */
		private long left;

		private final @Nullable Executor turn;

		/** Whether a task waits for the end of the turn. */
		private volatile boolean turning;

		/** Whether a turn has ended since the last chunk. */
		private volatile boolean turned;

		private final AtomicInteger wip = new AtomicInteger();

		private final AtomicLong requested = new AtomicLong();

		private @Nullable Subscription upstream;

		private volatile @Nullable DataBuffer buffer;

		private volatile boolean asked;

		private volatile boolean done;

		private volatile boolean cancelled;

		private @Nullable Throwable error;

		private byte[] chunk = NOTHING;

		private int gathered;

		Gatherer(CoreSubscriber<? super byte[]> actual, ChunkFlux chunks) {
			this.actual = actual;
			this.limit = chunks.firstChunk;
			this.chunkSize = chunks.chunkSize;
			this.expected = chunks.expected;
			this.left = chunks.expected;
			this.turn = chunks.turn;
		}

		@Override
		public Context currentContext() {
			return this.actual.currentContext();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			this.upstream = subscription;
			this.actual.onSubscribe(this);
		}

		@Override
		public void onNext(DataBuffer buffer) {
			this.buffer = buffer;
			this.asked = false;
			drain();
		}

		@Override
		public void onError(Throwable ex) {
			this.error = ex;
			this.done = true;
			drain();
		}

		@Override
		public void onComplete() {
			this.done = true;
			drain();
		}

		@Override
		public void request(long n) {
			if (Operators.validate(n)) {
				this.requested.accumulateAndGet(n, Operators::addCap);
				drain();
			}
		}

		@Override
		public void cancel() {
			this.cancelled = true;
			Subscription upstream = this.upstream;
			if (upstream != null) {
				upstream.cancel();
			}
			drain();
		}

		private void drain() {
			if (this.wip.getAndIncrement() != 0) {
				return;
			}
			int missed = 1;
			do {
				while (step()) {
					// Until there is nothing to do without another signal.
				}
				missed = this.wip.addAndGet(-missed);
			}
			while (missed != 0);
		}

		/**
		 * Returns whether something was done.
		 */
		private boolean step() {
			if (this.cancelled) {
				releaseBuffer();
				this.chunk = NOTHING;
				this.gathered = 0;
				return false;
			}
			if (this.buffer != null && this.gathered < this.limit) {
				gather(this.buffer);
				return true;
			}
			boolean wanted = this.requested.get() > 0;
			if (this.done && this.buffer == null && this.error != null) {
				return terminate();
			}
			if (wanted && this.gathered > 0 && (this.gathered == this.limit || this.done || (this.asked && isAll()))) {
				emit();
				return true;
			}
			if (this.done && this.buffer == null && this.gathered == 0) {
				return terminate();
			}
			if (wanted && !this.done && !this.asked && this.buffer == null && this.upstream != null) {
				this.asked = true;
				this.upstream.request(1);
				return true;
			}
			return false;
		}

		/**
		 * Returns whether nothing more is going to come in this turn.
		 */
		private boolean isAll() {
			Executor turn = this.turn;
			if (turn == null || this.turned || this.gathered == this.left) {
				return true;
			}
			if (!this.turning) {
				this.turning = true;
				try {
					turn.execute(this::onTurn);
				}
				catch (RejectedExecutionException ex) {
					this.turning = false;
					return true;
				}
			}
			return false;
		}

		private void onTurn() {
			this.turned = true;
			this.turning = false;
			drain();
		}

		private void gather(DataBuffer buffer) {
			int readable = buffer.readableByteCount();
			int length = Math.min(readable, this.limit - this.gathered);
			if (this.gathered + length > this.chunk.length) {
				long grown = (this.gathered == 0) ? this.expected : 2L * this.chunk.length;
				int capacity = (int) Math.min(this.limit, Math.max(this.gathered + length, grown));
				this.chunk = Arrays.copyOf(this.chunk, capacity);
			}
			buffer.read(this.chunk, this.gathered, length);
			this.gathered += length;
			if (length == readable) {
				releaseBuffer();
			}
		}

		private void emit() {
			byte[] full = (this.gathered == this.chunk.length) ? this.chunk : Arrays.copyOf(this.chunk, this.gathered);
			if (this.gathered == this.limit) {
				// There is much, and it comes fast.
				this.expected = Math.max(this.expected - this.gathered, this.chunkSize);
			}
			else {
				this.expected = 0;
			}
			this.left = Math.max(0, this.left - this.gathered);
			this.turned = false;
			this.limit = this.chunkSize;
			this.chunk = NOTHING;
			this.gathered = 0;
			if (this.requested.get() != Long.MAX_VALUE) {
				this.requested.decrementAndGet();
			}
			this.actual.onNext(full);
		}

		private boolean terminate() {
			this.cancelled = true;
			Throwable error = this.error;
			if (error != null) {
				this.actual.onError(error);
			}
			else {
				this.actual.onComplete();
			}
			return true;
		}

		private void releaseBuffer() {
			DataBuffer buffer = this.buffer;
			this.buffer = null;
			if (buffer != null) {
				DataBufferUtils.release(buffer);
			}
		}

	}

}
