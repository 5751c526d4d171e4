package io.natsproxy.gateway.socket;

import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * The messages of a client. Whoever cancels them leaves the connection as it is, to which
 * a close frame may still have to be written: what comes from then on is dropped. The
 * server releases messages when they have been delivered.
 */
final class ClientMessages extends Flux<WebSocketMessage> {

	private final Flux<WebSocketMessage> source;

	ClientMessages(Flux<WebSocketMessage> source) {
		this.source = source;
	}

	@Override
	public void subscribe(CoreSubscriber<? super WebSocketMessage> subscriber) {
		this.source.subscribe(new Receiver(subscriber));
	}

	/**
	 * Hands on what comes while it is wanted.
	 */
	private static final class Receiver extends BaseSubscriber<WebSocketMessage> {

		private final CoreSubscriber<? super WebSocketMessage> subscriber;

		private volatile boolean unwanted;

		Receiver(CoreSubscriber<? super WebSocketMessage> subscriber) {
			this.subscriber = subscriber;
		}

		@Override
		public Context currentContext() {
			return this.subscriber.currentContext();
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			this.subscriber.onSubscribe(new Subscription() {

				@Override
				public void request(long count) {
					subscription.request(count);
				}

				@Override
				public void cancel() {
					Receiver.this.unwanted = true;
					subscription.request(Long.MAX_VALUE);
				}

			});
		}

		@Override
		protected void hookOnNext(WebSocketMessage message) {
			if (!this.unwanted) {
				this.subscriber.onNext(message);
			}
		}

		@Override
		protected void hookOnComplete() {
			if (!this.unwanted) {
				this.subscriber.onComplete();
			}
		}

		@Override
		protected void hookOnError(Throwable ex) {
			if (!this.unwanted) {
				this.subscriber.onError(ex);
			}
		}

	}

}
