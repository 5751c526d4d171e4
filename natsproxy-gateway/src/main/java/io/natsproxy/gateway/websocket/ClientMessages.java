package io.natsproxy.gateway.websocket;

import io.natsproxy.core.websocket.WebSocketClose;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * The messages of a client, for one subscriber. They end when the client has closed its
 * WebSocket and all that it has sent before has been delivered, or when its connection
 * has ended. Whoever cancels them leaves the connection as it is, to which a close frame
 * may still have to be written: what comes from then on is dropped. The server releases
 * messages when they have been delivered. Used on the event loop of the connection.
 */
final class ClientMessages extends Flux<WebSocketMessage> {

	private final Flux<WebSocketMessage> source;

	private @Nullable Receiver receiver;

	private long delivered;

	private long count = Long.MAX_VALUE;

	private volatile @Nullable WebSocketClose status;

	/**
	 * Creates the messages.
	 * @param source what has been received; is subscribed to once, and may be cancelled
	 * only when nothing is written any more
	 */
	ClientMessages(Flux<WebSocketMessage> source) {
		this.source = source;
	}

	@Override
	public void subscribe(CoreSubscriber<? super WebSocketMessage> subscriber) {
		Receiver receiver = new Receiver(subscriber);
		this.receiver = receiver;
		this.source.subscribe(receiver);
	}

	/**
	 * Says that the client has closed its WebSocket.
	 * @param status how
	 * @param count how many messages have come before
	 */
	void end(WebSocketClose status, long count) {
		this.status = status;
		this.count = count;
		if (this.receiver != null) {
			this.receiver.completeIfDelivered();
		}
	}

	/**
	 * Returns how the client has closed its WebSocket.
	 * @return the status, or {@code null} if it has not
	 */
	@Nullable WebSocketClose status() {
		return this.status;
	}

	/**
	 * Hands on what comes while it is wanted.
	 */
	private final class Receiver extends BaseSubscriber<WebSocketMessage> {

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
			completeIfDelivered();
		}

		@Override
		protected void hookOnNext(WebSocketMessage message) {
			ClientMessages.this.delivered++;
			if (!this.unwanted) {
				this.subscriber.onNext(message);
				completeIfDelivered();
			}
		}

		void completeIfDelivered() {
			if (ClientMessages.this.delivered >= ClientMessages.this.count) {
				hookOnComplete();
			}
		}

		@Override
		protected void hookOnComplete() {
			if (!this.unwanted) {
				this.unwanted = true;
				this.subscriber.onComplete();
			}
		}

		@Override
		protected void hookOnError(Throwable ex) {
			if (!this.unwanted) {
				this.unwanted = true;
				this.subscriber.onError(ex);
			}
		}

	}

}
