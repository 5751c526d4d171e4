package io.natsproxy.core.exchange;

import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;

/**
 * A body that arrives in frames. The other end sends no more than the window holds: what
 * was delivered has to be reported as consumed before more comes. Must be subscribed to
 * or discarded.
 */
public final class BodyStream {

	private static final int QUEUE_CHUNK = 8;

	private final Sinks.Many<byte[]> sink = Sinks.many()
		.unicast()
		.onBackpressureBuffer(Queues.<byte[]>unbounded(QUEUE_CHUNK).get());

	private final Flux<byte[]> frames;

	private final DeliveryExecutor delivery;

	private final long window;

	private final long overrun;

	private final LongConsumer grant;

	private final Runnable cancelled;

	private long consumed;

	private long outstanding;

	private boolean ended;

	/**
	 * Creates a stream.
	 * @param window how many bytes may be under way or waiting
	 * @param overrun by how many bytes the first part, or the last frame, may go beyond
	 * @param executor where frames are delivered
	 * @param grant lets the other end send more bytes
	 * @param cancelled is told when the consumer wants no more
	 */
	BodyStream(long window, long overrun, Executor executor, LongConsumer grant, Runnable cancelled) {
		this.window = window;
		this.overrun = overrun;
		this.grant = grant;
		this.cancelled = cancelled;
		this.delivery = new DeliveryExecutor(executor);
		this.frames = this.sink.asFlux().publishOn(Schedulers.fromExecutor(this.delivery)).doOnCancel(cancelled);
	}

	/**
	 * Returns the frames, for one subscriber. Cancelling it tells the other end to stop.
	 * @return the frames in order, ending when the body is complete, or with a
	 * {@link NatsExchangeException} when it is not going to be
	 */
	public Flux<byte[]> frames() {
		return this.frames;
	}

	/**
	 * Returns the frames, each of which counts as consumed when it is delivered.
	 * @return the frames, as {@link #frames()} returns them
	 */
	public Flux<byte[]> consumedFrames() {
		return this.frames.doOnNext((frame) -> consumed(frame.length));
	}

	/**
	 * Reports that delivered bytes take up no more memory.
	 * @param bytes how many
	 */
	public void consumed(int bytes) {
		long granted = 0;
		synchronized (this.delivery) {
			this.consumed += bytes;
			this.outstanding -= bytes;
			if (this.consumed * 4 >= this.window && !this.ended) {
				granted = this.consumed;
				this.consumed = 0;
			}
		}
		if (granted > 0) {
			this.grant.accept(granted);
		}
	}

	/**
	 * Tells the other end to stop, where nobody is going to subscribe.
	 */
	public void discard() {
		this.cancelled.run();
	}

	/**
	 * Takes a frame. Frames come one after the other.
	 * @throws NatsExchangeException if the other end has sent more than it may
	 */
	void data(byte[] payload) {
		this.delivery.emit(() -> {
			this.outstanding += payload.length;
			if (this.outstanding > this.window + this.overrun) {
				throw new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
						"The other end has sent more than it was granted");
			}
			if (!this.ended && payload.length > 0) {
				this.sink.tryEmitNext(payload);
			}
		});
	}

	void end() {
		this.delivery.emit(() -> {
			if (!this.ended) {
				this.ended = true;
				this.sink.tryEmitComplete();
			}
		});
	}

	void fail(Throwable failure) {
		this.delivery.emit(() -> {
			if (!this.ended) {
				this.ended = true;
				this.sink.tryEmitError(failure);
			}
		});
	}

}
