package io.natsproxy.agent;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.natsproxy.core.stream.BodyChunks;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The body of an upstream's response. Asks for the head to be sent when the body keeps it
 * waiting, and fails with a {@link StalledException} when nothing comes for too long of
 * what has been asked for: a slow receiver is no slow upstream.
 */
final class ResponseBody extends Flux<byte[]> {

	/**
	 * The time for which a head waits for its body, so that both may go in one message.
	 */
	private static final Duration HEAD_PAUSE = Duration.ofMillis(100);

	private final Publisher<byte[]> source;

	private final EventLoop eventLoop;

	private final Duration headPause;

	private final Duration stallTimeout;

	/**
	 * Creates the body.
	 * @param source the chunks, which come on the event loop
	 * @param eventLoop the event loop of the connection
	 * @param flush whether the head does not wait
	 * @param stallTimeout how long nothing may come
	 */
	ResponseBody(Publisher<byte[]> source, EventLoop eventLoop, boolean flush, Duration stallTimeout) {
		this.source = source;
		this.eventLoop = eventLoop;
		this.headPause = flush ? Duration.ZERO : HEAD_PAUSE;
		this.stallTimeout = stallTimeout;
	}

	@Override
	public void subscribe(CoreSubscriber<? super byte[]> actual) {
		this.source.subscribe(new Watch(actual));
	}

	/**
	 * Runs on the event loop, but for {@link #cancel()}.
	 */
	private final class Watch implements CoreSubscriber<byte[]>, Subscription, Runnable {

		private final CoreSubscriber<? super byte[]> actual;

		private @Nullable Subscription upstream;

		private @Nullable Future<?> timer;

		private volatile boolean cancelled;

		private boolean begun;

		/**
		 * What the receiver has asked for and not got.
		 */
		private long demanded;

		/**
		 * What the source has been asked for and not given: one more than that, while the
		 * flush has taken the place of a chunk.
		 */
		private long outstanding;

		private byte @Nullable [] held;

		private boolean done;

		private @Nullable Throwable failure;

		private long lastProgress = System.nanoTime();

		Watch(CoreSubscriber<? super byte[]> actual) {
			this.actual = actual;
		}

		@Override
		public Context currentContext() {
			return this.actual.currentContext();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			this.upstream = subscription;
			schedule(ResponseBody.this.headPause.toNanos());
			this.actual.onSubscribe(this);
		}

		private void schedule(long nanos) {
			this.timer = ResponseBody.this.eventLoop.schedule(this, nanos, TimeUnit.NANOSECONDS);
		}

		@Override
		public void request(long n) {
			if (!Operators.validate(n)) {
				return;
			}
			if (ResponseBody.this.eventLoop.inEventLoop()) {
				ask(n);
			}
			else {
				ResponseBody.this.eventLoop.execute(() -> ask(n));
			}
		}

		private void ask(long n) {
			this.demanded = Operators.addCap(this.demanded, n);
			this.lastProgress = System.nanoTime();
			byte[] chunk = this.held;
			if (chunk != null) {
				this.held = null;
				emit(chunk);
				finish();
			}
			long missing = this.demanded - this.outstanding;
			Subscription upstream = this.upstream;
			if (missing > 0 && !this.done && !this.cancelled && upstream != null) {
				this.outstanding += missing;
				upstream.request(missing);
			}
		}

		@Override
		public void onNext(byte[] chunk) {
			this.begun = true;
			this.outstanding--;
			this.lastProgress = System.nanoTime();
			if (this.demanded > 0) {
				emit(chunk);
			}
			else {
				this.held = chunk;
			}
		}

		private void emit(byte[] chunk) {
			this.demanded--;
			if (!this.cancelled) {
				this.actual.onNext(chunk);
			}
		}

		@Override
		public void onError(Throwable ex) {
			this.failure = ex;
			onComplete();
		}

		@Override
		public void onComplete() {
			this.done = true;
			finish();
		}

		private void finish() {
			if (!this.done || this.held != null || this.cancelled) {
				return;
			}
			this.cancelled = true;
			stopTimer();
			Throwable failure = this.failure;
			if (failure != null) {
				this.actual.onError(failure);
			}
			else {
				this.actual.onComplete();
			}
		}

		@Override
		public void cancel() {
			this.cancelled = true;
			stopTimer();
			Subscription upstream = this.upstream;
			if (upstream != null) {
				upstream.cancel();
			}
		}

		private void stopTimer() {
			Future<?> timer = this.timer;
			if (timer != null) {
				timer.cancel(false);
			}
		}

		/**
		 * The head has waited, or it is time to look for a stall.
		 */
		@Override
		public void run() {
			if (this.cancelled || this.done) {
				return;
			}
			if (!this.begun) {
				this.begun = true;
				if (this.demanded > 0) {
					emit(BodyChunks.FLUSH);
				}
			}
			long left = ResponseBody.this.stallTimeout.toNanos();
			if (this.demanded > 0) {
				left -= System.nanoTime() - this.lastProgress;
				if (left <= 0) {
					cancel();
					this.actual.onError(new StalledException("The upstream sends no more of a body"));
					return;
				}
			}
			if (!this.cancelled) {
				schedule(left);
			}
		}

	}

}
