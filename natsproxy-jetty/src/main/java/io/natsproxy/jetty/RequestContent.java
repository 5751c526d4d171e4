package io.natsproxy.jetty;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;

import io.natsproxy.core.exchange.listener.IncomingExchange;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * The body of a request, which Jetty reads chunk by chunk. A body that has come as a
 * whole is one chunk; of a stream, the next frame is asked for when somebody reads, and
 * there is one at the most. Bytes count in the budget until Jetty releases their chunk.
 * Safe for use by many threads.
 */
final class RequestContent {

	private final IncomingExchange exchange;

	private final Executor executor;

	private final Runnable available;

	/**
	 * The frames of a streamed body, once it has been read from. Guarded by this object,
	 * like all that follows.
	 */
	private @Nullable Frames frames;

	/**
	 * Comes next; the last one comes again and again.
	 */
	private Content.@Nullable Chunk chunk;

	/**
	 * Comes after a chunk that has not been read.
	 */
	private Content.@Nullable Chunk end;

	private boolean demanded;

	private boolean discarded;

	/**
	 * Creates the body.
	 * @param exchange has the body
	 * @param executor where frames of a stream are delivered
	 * @param available is told of content that was demanded
	 */
	RequestContent(IncomingExchange exchange, Executor executor, Runnable available) {
		this.exchange = exchange;
		this.executor = executor;
		this.available = available;
		if (!exchange.isStreamed()) {
			this.chunk = wholeBody(exchange);
		}
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
		if (chunk != null) {
			Content.Chunk next = Content.Chunk.next(chunk);
			this.chunk = (next != null) ? next : this.end;
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
		Frames frames;
		boolean begin = false;
		synchronized (this) {
			if (this.chunk != null || this.discarded) {
				return;
			}
			frames = this.frames;
			if (frames == null) {
				frames = new Frames();
				this.frames = frames;
				begin = true;
			}
		}
		if (begin) {
			this.exchange.stream(this.executor).subscribe(frames);
		}
		frames.ask();
	}

	/**
	 * Drops what has come and not been read. The caller need not send the rest of a
	 * stream, which ends here for those who read.
	 */
	void discard() {
		Content.Chunk chunk;
		Frames frames;
		synchronized (this) {
			chunk = this.chunk;
			frames = this.frames;
			this.discarded = true;
			if (chunk == null || !Content.Chunk.isFailure(chunk)) {
				this.chunk = Content.Chunk.EOF;
			}
		}
		if (chunk != null) {
			chunk.release();
		}
		if (frames != null) {
			frames.cancel();
		}
	}

	/**
	 * Puts a chunk where the next reader finds it.
	 */
	private void offer(Content.Chunk chunk) {
		boolean tell;
		synchronized (this) {
			if (this.discarded) {
				chunk.release();
				return;
			}
			if (this.chunk != null) {
				this.end = chunk;
				return;
			}
			this.chunk = chunk;
			tell = this.demanded;
			this.demanded = false;
		}
		if (tell) {
			this.available.run();
		}
	}

	/**
	 * Receives the frames of a stream, one for each that was asked for.
	 */
	private final class Frames extends BaseSubscriber<byte[]> {

		/**
		 * Guarded by the body.
		 */
		private boolean asked;

		void ask() {
			synchronized (RequestContent.this) {
				if (this.asked) {
					return;
				}
				this.asked = true;
			}
			request(1);
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			// Asked when there is a reader.
		}

		@Override
		protected void hookOnNext(byte[] frame) {
			synchronized (RequestContent.this) {
				this.asked = false;
			}
			offer(Content.Chunk.from(ByteBuffer.wrap(frame), false,
					() -> RequestContent.this.exchange.release(frame.length)));
		}

		@Override
		protected void hookOnComplete() {
			offer(Content.Chunk.EOF);
		}

		@Override
		protected void hookOnError(Throwable failure) {
			offer(Content.Chunk.from(failure, true));
		}

	}

}
