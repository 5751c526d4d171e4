package io.natsproxy.core.stream;

import java.util.concurrent.Executor;

import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.memory.ByteReservation;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;

/**
 * A body that arrives in frames. The peer sends no more than it is granted, and it is
 * granted no more than there is memory for: delivered bytes have to be reported as
 * consumed before more comes. Must be subscribed to or discarded.
 */
public final class BodyStream {

	private static final int QUEUE_CHUNK = 8;

	private final Sinks.Many<byte[]> sink = Sinks.many()
		.unicast()
		.onBackpressureBuffer(Queues.<byte[]>unbounded(QUEUE_CHUNK).get());

	private final Flux<byte[]> frames;

	private final DeliveryExecutor delivery;

	private final @Nullable ReceiveWindow window;

	private final ByteReservation memory;

	private final Runnable cancelled;

	private final Runnable over;

	/**
	 * Guarded by {@link #delivery}.
	 */
	private boolean ended;

	/**
	 * Creates a stream.
	 * @param window grants credit
	 * @param memory holds the bytes that have come
	 * @param executor where frames are delivered
	 * @param cancelled is told when the consumer wants no more
	 * @param over is told when nothing that has come is going to be consumed
	 */
	public BodyStream(ReceiveWindow window, ByteReservation memory, Executor executor, Runnable cancelled,
			Runnable over) {
		this.window = window;
		this.memory = memory;
		this.over = over;
		this.cancelled = () -> {
			cancelled.run();
			window.close();
			over.run();
		};
		this.delivery = new DeliveryExecutor(executor);
		this.frames = this.sink.asFlux().publishOn(Schedulers.fromExecutor(this.delivery)).doOnCancel(this.cancelled);
	}

	private BodyStream(Flux<byte[]> frames, ByteReservation memory, Runnable over) {
		this.window = null;
		this.memory = memory;
		this.over = over;
		this.cancelled = over;
		this.delivery = new DeliveryExecutor(Runnable::run);
		this.frames = frames;
	}

	/**
	 * Returns a body that comes from no peer. Its parts are reserved when they come, and
	 * it fails where there is no memory for one.
	 * @param parts the body, subscribed to once at the most
	 * @param memory holds what has been delivered and not been written; closed when the
	 * body has ended, or is discarded
	 * @param discarded is run when nobody is going to subscribe
	 * @return the body
	 */
	public static BodyStream of(Flux<byte[]> parts, ByteReservation memory, Runnable discarded) {
		return ofReserved(parts.doOnNext((part) -> {
			if (!memory.tryReserve(part.length)) {
				throw MemoryWait.refusal();
			}
		}), memory, discarded);
	}

	/**
	 * Returns a body that comes from no peer, and whose parts are reserved by whoever
	 * makes them.
	 * @param parts the body, subscribed to once at the most
	 * @param memory holds the parts, of which those that have been written are released;
	 * closed when the body has ended, or is discarded
	 * @param discarded is run when nobody is going to subscribe
	 * @return the body
	 */
	public static BodyStream ofReserved(Flux<byte[]> parts, ByteReservation memory, Runnable discarded) {
		return new BodyStream(parts.doFinally((signal) -> memory.close()), memory, () -> {
			memory.close();
			discarded.run();
		});
	}

	/**
	 * Returns the frames, for one subscriber. Cancelling it tells the peer to stop.
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
	 * Returns the frames, each of which brings credit when it is delivered, and takes up
	 * memory until that is {@linkplain #released given back}.
	 */
	public Flux<byte[]> heldFrames() {
		return this.frames.doOnNext((frame) -> delivered(frame.length));
	}

	/**
	 * Reports that delivered bytes take up no more memory, and lets the peer send as many
	 * more.
	 * @param bytes number of bytes
	 */
	public void consumed(int bytes) {
		released(bytes);
		delivered(bytes);
	}

	/**
	 * Lets the peer send as many bytes as have been delivered, which are still in memory.
	 * @param bytes number of bytes
	 */
	public void delivered(int bytes) {
		if (this.window != null) {
			this.window.consumed(bytes);
		}
	}

	/**
	 * Reports that delivered bytes take up no more memory.
	 * @param bytes number of bytes
	 */
	public void released(int bytes) {
		this.memory.release(bytes);
	}

	/**
	 * Tells the peer to stop, where nobody is going to subscribe.
	 */
	public void discard() {
		this.cancelled.run();
	}

	/**
	 * Takes a frame. Frames come one after the other.
	 * @throws NatsExchangeException if the peer has sent more than it may
	 */
	public void data(byte[] payload) {
		this.delivery.emit(() -> {
			if (this.window != null) {
				this.window.received(payload.length);
			}
			if (!this.ended && payload.length > 0) {
				this.sink.tryEmitNext(payload);
			}
		});
	}

	public void end() {
		this.delivery.emit(() -> {
			if (!this.ended) {
				this.ended = true;
				try {
					closeWindow();
				}
				finally {
					this.sink.tryEmitComplete();
				}
			}
		});
	}

	public void fail(Throwable failure) {
		this.delivery.emit(() -> {
			if (!this.ended) {
				this.ended = true;
				try {
					closeWindow();
				}
				finally {
					this.sink.tryEmitError(failure);
				}
			}
		});
		if (this.sink.currentSubscriberCount() == 0) {
			this.over.run();
		}
	}

	private void closeWindow() {
		if (this.window != null) {
			this.window.close();
		}
	}

}
