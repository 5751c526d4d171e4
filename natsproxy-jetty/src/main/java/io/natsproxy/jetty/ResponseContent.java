package io.natsproxy.jetty;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

import io.natsproxy.core.stream.BodyChunks;
import io.natsproxy.core.wire.WireProtocol;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * The body of a response, which Jetty sends buffer by buffer. A buffer is copied as fast
 * as chunks are asked for, and given back when all of it has been: so the pace of the
 * caller becomes that of whoever writes. For one subscriber; safe for use by many
 * threads.
 */
final class ResponseContent implements Publisher<byte[]>, Subscription {

	private final Consumer<Runnable> completions;

	/**
	 * Guarded by this object, like all that follows.
	 */
	private @Nullable Subscriber<? super byte[]> subscriber;

	private long requested;

	/**
	 * What has not been taken yet: a buffer that has been is Jetty's again, and may hold
	 * the response of somebody else.
	 */
	private @Nullable ByteBuffer buffer;

	/**
	 * That of the buffer; that of the last one waits for the response to be sent.
	 */
	private @Nullable Callback callback;

	private boolean last;

	private boolean flush;

	private boolean completed;

	private boolean cancelled;

	private boolean draining;

	/**
	 * Creates an empty body.
	 * @param completions runs what completes a callback where that may be done
	 */
	ResponseContent(Consumer<Runnable> completions) {
		this.completions = completions;
	}

	@Override
	public void subscribe(Subscriber<? super byte[]> subscriber) {
		synchronized (this) {
			this.subscriber = subscriber;
		}
		subscriber.onSubscribe(this);
	}

	/**
	 * Takes a buffer, the one before having been given back.
	 * @param buffer the bytes, not to be changed before the callback is completed
	 * @param last whether nothing follows
	 * @param callback is completed when the bytes have been taken, or the response sent
	 * if they are the last
	 */
	void send(@Nullable ByteBuffer buffer, boolean last, Callback callback) {
		boolean refused;
		synchronized (this) {
			refused = this.cancelled || this.last;
			if (!refused) {
				this.buffer = BufferUtil.hasContent(buffer) ? buffer : null;
				this.callback = callback;
				this.last = last;
			}
		}
		if (refused) {
			callback.failed(new EofException("The exchange has ended"));
		}
		else {
			drain(true);
		}
	}

	/**
	 * Lets what has been sent so far wait for no more.
	 */
	void flush() {
		synchronized (this) {
			this.flush = !this.last;
		}
		drain(false);
	}

	@Override
	public void request(long n) {
		synchronized (this) {
			this.requested += n;
		}
		drain(false);
	}

	/**
	 * Hands on what was asked for, on one thread at a time.
	 * @param sender whether the calling thread is that of the one who sends, on which a
	 * callback may always be completed
	 */
	private void drain(boolean sender) {
		synchronized (this) {
			if (this.draining) {
				return;
			}
			this.draining = true;
		}
		try {
			while (step(sender)) {
				// Goes on with what comes next.
			}
		}
		catch (Throwable ex) {
			synchronized (this) {
				this.draining = false;
			}
			throw ex;
		}
	}

	/**
	 * Hands on one chunk, gives back one buffer, or completes.
	 * @return whether there was anything to do
	 */
	private boolean step(boolean sender) {
		Subscriber<? super byte[]> subscriber;
		byte[] chunk;
		Callback taken;
		synchronized (this) {
			subscriber = this.subscriber;
			chunk = (subscriber != null) ? next() : null;
			taken = (subscriber != null) ? takenCallback() : null;
			if (subscriber == null || (chunk == null && taken == null && !complete())) {
				this.draining = false;
				return false;
			}
		}
		if (chunk != null) {
			subscriber.onNext(chunk);
		}
		else if (taken == null) {
			subscriber.onComplete();
		}
		if (taken != null) {
			if (sender) {
				taken.succeeded();
			}
			else {
				this.completions.accept(new Completion(taken, null));
			}
		}
		return true;
	}

	private byte @Nullable [] next() {
		if (this.requested == 0 || this.cancelled) {
			return null;
		}
		ByteBuffer buffer = this.buffer;
		if (buffer != null) {
			this.requested--;
			byte[] chunk = new byte[Math.min(buffer.remaining(), WireProtocol.MAX_FRAME_SIZE)];
			buffer.get(chunk);
			if (!buffer.hasRemaining()) {
				this.buffer = null;
			}
			return chunk;
		}
		if (this.flush && !this.last) {
			this.requested--;
			this.flush = false;
			return BodyChunks.FLUSH;
		}
		return null;
	}

	private boolean complete() {
		boolean complete = this.last && !this.completed && !this.cancelled && this.buffer == null;
		this.completed |= complete;
		return complete;
	}

	/**
	 * Returns the callback of a buffer that has been taken, unless it is the last.
	 */
	private @Nullable Callback takenCallback() {
		return (this.last || this.buffer != null) ? null : removeCallback();
	}

	private @Nullable Callback removeCallback() {
		Callback callback = this.callback;
		this.callback = null;
		return callback;
	}

	/**
	 * The response has been sent.
	 */
	void sent() {
		Callback callback;
		synchronized (this) {
			callback = removeCallback();
		}
		if (callback != null) {
			this.completions.accept(new Completion(callback, null));
		}
	}

	/**
	 * The response is not going to be sent, or no further.
	 */
	void fail(Throwable failure) {
		Callback callback;
		synchronized (this) {
			this.cancelled = true;
			this.buffer = null;
			callback = removeCallback();
		}
		if (callback != null) {
			this.completions.accept(new Completion(callback, failure));
		}
	}

	/**
	 * The exchange has ended, or its caller takes no more.
	 */
	@Override
	public void cancel() {
		fail(new EofException("The exchange has ended"));
	}

	/**
	 * Completes a callback, and blocks if that does.
	 *
	 * @param callback the callback
	 * @param failure fails it, unless it is {@code null}
	 */
	private record Completion(Callback callback,
			@Nullable Throwable failure) implements org.eclipse.jetty.util.thread.Invocable.Task {

		@Override
		public void run() {
			if (this.failure != null) {
				this.callback.failed(this.failure);
			}
			else {
				this.callback.succeeded();
			}
		}

		@Override
		public InvocationType getInvocationType() {
			return this.callback.getInvocationType();
		}

	}

}
