package io.natsproxy.jetty;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;

import io.natsproxy.core.exchange.listener.IncomingExchange;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/**
 * The body of a request, which Jetty reads chunk by chunk. A body that has come as a
 * whole is one chunk; of a stream, the next frame is asked for when somebody reads, and
 * there is one at the most. Bytes count in the budget until Jetty releases their chunk.
 *
 * <pre>
 * NOTHING ---&gt; ASKED ---&gt; CHUNK ---&gt; NOTHING     asked for, received, taken
 *    |           |          |
 *    +-----------+----------+----------&gt; ENDED   complete, failed or discarded
 * </pre>
 *
 * <p>
 * A frame is requested exactly when NOTHING becomes ASKED, and taking moves one chunk
 * exactly. An end that comes while a chunk waits follows that chunk. All states change
 * under one lock; frames are requested, chunks released, and content told of, outside of
 * it. Each demand is told once. Safe for use by many threads.
 */
final class RequestContent {

	private final IntConsumer release;

	private final Runnable available;

	/**
	 * The frames of a streamed body, {@code null} once they are subscribed to, or if
	 * there are none. Guarded by this object, like all that follows.
	 */
	private @Nullable Flux<byte[]> stream;

	private final Frames frames = new Frames();

	private State state;

	/**
	 * Comes next, in CHUNK; comes again and again, in ENDED.
	 */
	private Content.@Nullable Chunk chunk;

	/**
	 * Comes after a chunk that has not been read.
	 */
	private Content.@Nullable Chunk end;

	private boolean demanded;

	/**
	 * Creates the body.
	 * @param exchange has the body
	 * @param executor where frames of a stream are delivered
	 * @param available is told of content that was demanded
	 */
	RequestContent(IncomingExchange exchange, Executor executor, Runnable available) {
		this.release = exchange::release;
		this.available = available;
		if (exchange.isStreamed()) {
			this.state = State.NOTHING;
			this.stream = exchange.stream(executor);
		}
		else {
			this.state = State.CHUNK;
			this.chunk = wholeBody(exchange);
		}
	}

	/**
	 * Creates a streamed body.
	 * @param stream the frames
	 * @param release is told of bytes that have been released
	 * @param available is told of content that was demanded
	 */
	RequestContent(Flux<byte[]> stream, IntConsumer release, Runnable available) {
		this.release = release;
		this.available = available;
		this.state = State.NOTHING;
		this.stream = stream;
	}

	private static Content.Chunk wholeBody(IncomingExchange exchange) {
		byte[] body = (exchange.body().length > 0) ? exchange.acquireBody() : null;
		return (body != null) ? Content.Chunk.from(ByteBuffer.wrap(body), true, exchange::releaseBody)
				: Content.Chunk.EOF;
	}

	/**
	 * Returns the next chunk, to be released by the caller.
	 * @return the chunk, {@code null} if there is none at present
	 */
	Content.@Nullable Chunk read() {
		Content.Chunk chunk = take();
		if (chunk == null) {
			// It may come at once.
			ask();
			chunk = take();
		}
		return chunk;
	}

	private synchronized Content.@Nullable Chunk take() {
		Content.Chunk chunk = this.chunk;
		if (this.state == State.CHUNK && chunk != null) {
			Content.Chunk next = Content.Chunk.next(chunk);
			this.chunk = (next != null) ? next : this.end;
			this.end = null;
			this.state = (this.chunk != null) ? State.ENDED : State.NOTHING;
		}
		return chunk;
	}

	/**
	 * Tells once of the next chunk, at once if there is one.
	 */
	void demand() {
		boolean there;
		synchronized (this) {
			there = this.chunk != null;
			this.demanded = !there;
		}
		if (there) {
			this.available.run();
		}
		else {
			ask();
		}
	}

	private void ask() {
		Flux<byte[]> stream;
		synchronized (this) {
			if (this.state != State.NOTHING) {
				return;
			}
			this.state = State.ASKED;
			stream = this.stream;
			this.stream = null;
		}
		if (stream != null) {
			// Requests the first frame when it is subscribed.
			stream.subscribe(this.frames);
		}
		else {
			this.frames.request(1);
		}
	}

	/**
	 * Drops what has come and not been read. The caller need not send the rest of a
	 * stream, which ends here for those who read.
	 */
	void discard() {
		Content.Chunk dropped;
		synchronized (this) {
			dropped = this.chunk;
			if (dropped == null || !Content.Chunk.isFailure(dropped)) {
				this.chunk = Content.Chunk.EOF;
			}
			this.end = null;
			this.state = State.ENDED;
		}
		if (dropped != null) {
			dropped.release();
		}
		this.frames.cancel();
	}

	/**
	 * Puts a chunk where the next reader finds it.
	 */
	private void offer(Content.Chunk chunk) {
		boolean tell = false;
		boolean taken;
		synchronized (this) {
			taken = this.state == State.ASKED;
			if (taken) {
				this.state = State.CHUNK;
				this.chunk = chunk;
				tell = this.demanded;
				this.demanded = false;
			}
		}
		if (!taken) {
			chunk.release();
		}
		if (tell) {
			this.available.run();
		}
	}

	/**
	 * Ends the body after what has come.
	 */
	private void end(Content.Chunk end) {
		boolean tell;
		synchronized (this) {
			if (this.state == State.ENDED) {
				return;
			}
			if (this.state == State.CHUNK) {
				this.end = end;
				return;
			}
			this.state = State.ENDED;
			this.chunk = end;
			tell = this.demanded;
			this.demanded = false;
		}
		if (tell) {
			this.available.run();
		}
	}

	/**
	 * The states of a body.
	 */
	private enum State {

		NOTHING, ASKED, CHUNK, ENDED

	}

	/**
	 * Receives the frames of a stream, one for each that was asked for.
	 */
	private final class Frames extends BaseSubscriber<byte[]> {

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			request(1);
		}

		@Override
		protected void hookOnNext(byte[] frame) {
			offer(Content.Chunk.from(ByteBuffer.wrap(frame), false,
					() -> RequestContent.this.release.accept(frame.length)));
		}

		@Override
		protected void hookOnComplete() {
			end(Content.Chunk.EOF);
		}

		@Override
		protected void hookOnError(Throwable failure) {
			end(Content.Chunk.from(failure, true));
		}

	}

}
