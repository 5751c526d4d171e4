package io.natsproxy.gateway;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.netty.channel.AbortedException;
import reactor.util.context.Context;

/**
 * A body that completes only when all of it has been read: as many bytes as were
 * announced, or, where none were, up to its end.
 */
final class WholeBody extends Flux<byte[]> {

	private final Flux<byte[]> source;

	private final long length;

	private final @Nullable ReceivedBody received;

	/**
	 * Creates the body.
	 * @param source what is read
	 * @param length how many bytes were announced, or -1
	 * @param received what has come from the client, where it is known
	 */
	WholeBody(Flux<byte[]> source, long length, @Nullable ReceivedBody received) {
		this.source = source;
		this.length = length;
		this.received = received;
	}

	@Override
	public void subscribe(CoreSubscriber<? super byte[]> actual) {
		this.source.subscribe(new Counter(actual));
	}

	/**
	 * Returns what is wrong with a body that has completed.
	 * @param read how many bytes have been read
	 * @return the failure, or {@code null}
	 */
	private @Nullable Throwable failure(long read) {
		ReceivedBody received = this.received;
		if (read == this.length || (this.length < 0 && (received == null || (received.isWhole() && read > 0)))) {
			return null;
		}
		if (received != null && !received.isWhole()) {
			// Nobody waits for an answer: the server ends the connection.
			return new AbortedException("The body of the request has not come to its end");
		}
		return (this.length < 0 && received != null && received.length() == 0) ? null
				: new LostBodyException("A filter of the gateway has read, or changed, the body of a request: "
						+ ((this.length >= 0) ? this.length : "more than 0") + " bytes were announced, and " + read
						+ " are left");
	}

	/**
	 * Returns whether Reactor Netty says that somebody else reads the body, or has begun
	 * to.
	 */
	private static boolean isRejection(Throwable failure) {
		return failure instanceof IllegalStateException
				&& String.valueOf(failure.getMessage()).startsWith("Rejecting additional inbound receiver");
	}

	/**
	 * Counts what is read.
	 */
	private final class Counter implements CoreSubscriber<byte[]>, Subscription {

		private final CoreSubscriber<? super byte[]> actual;

		private @Nullable Subscription upstream;

		private long read;

		private boolean done;

		Counter(CoreSubscriber<? super byte[]> actual) {
			this.actual = actual;
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
		public void onNext(byte[] chunk) {
			if (this.done) {
				return;
			}
			this.read += chunk.length;
			if (WholeBody.this.length >= 0 && this.read > WholeBody.this.length) {
				cancel();
				onError(new LostBodyException("A filter of the gateway has made the body of a request longer than the "
						+ WholeBody.this.length + " bytes that it announces"));
			}
			else {
				this.actual.onNext(chunk);
			}
		}

		@Override
		public void onError(Throwable failure) {
			if (this.done) {
				Operators.onErrorDropped(failure, currentContext());
				return;
			}
			this.done = true;
			this.actual.onError(isRejection(failure)
					? new LostBodyException("A filter of the gateway has read the body of a request") : failure);
		}

		@Override
		public void onComplete() {
			if (this.done) {
				return;
			}
			Throwable failure = failure(this.read);
			if (failure != null) {
				onError(failure);
				return;
			}
			this.done = true;
			this.actual.onComplete();
		}

		@Override
		public void request(long count) {
			Subscription upstream = this.upstream;
			if (upstream != null) {
				upstream.request(count);
			}
		}

		@Override
		public void cancel() {
			Subscription upstream = this.upstream;
			if (upstream != null) {
				upstream.cancel();
			}
		}

	}

}
