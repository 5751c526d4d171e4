package io.natsproxy.agent;

import io.natsproxy.core.websocket.NatsWebSocketMessage;
import io.natsproxy.core.websocket.Utf8;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/**
 * The messages of an upstream's WebSocket. Cancelling them closes nothing: whoever has
 * had enough says with which code, and what still comes is dropped.
 */
final class UpstreamMessages extends Flux<NatsWebSocketMessage> {

	private final Flux<WebSocketFrame> source;

	UpstreamMessages(Flux<WebSocketFrame> source) {
		this.source = source;
	}

	@Override
	public void subscribe(CoreSubscriber<? super NatsWebSocketMessage> actual) {
		this.source.subscribe(new Messages(actual));
	}

	private static final class Messages implements CoreSubscriber<WebSocketFrame>, Subscription {

		private final CoreSubscriber<? super NatsWebSocketMessage> actual;

		private volatile @Nullable Subscription upstream;

		private volatile boolean ended;

		Messages(CoreSubscriber<? super NatsWebSocketMessage> actual) {
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
		public void request(long n) {
			Subscription upstream = this.upstream;
			if (upstream != null) {
				upstream.request(n);
			}
		}

		@Override
		public void cancel() {
			this.ended = true;
			request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(WebSocketFrame frame) {
			if (this.ended) {
				return;
			}
			NatsWebSocketMessage.Type type = type(frame);
			if (type == null) {
				request(1);
				return;
			}
			byte[] payload = ByteBufUtil.getBytes(frame.content());
			if (type == NatsWebSocketMessage.Type.TEXT && !Utf8.isValid(payload)) {
				this.ended = true;
				this.actual.onError(new BadResponseException("A text is not UTF-8"));
				return;
			}
			this.actual.onNext(new NatsWebSocketMessage(type, payload));
		}

		private static NatsWebSocketMessage.@Nullable Type type(WebSocketFrame frame) {
			if (frame instanceof TextWebSocketFrame) {
				return NatsWebSocketMessage.Type.TEXT;
			}
			if (frame instanceof BinaryWebSocketFrame) {
				return NatsWebSocketMessage.Type.BINARY;
			}
			return (frame instanceof PongWebSocketFrame) ? NatsWebSocketMessage.Type.PONG : null;
		}

		@Override
		public void onError(Throwable ex) {
			if (!this.ended) {
				this.ended = true;
				this.actual.onError(ex);
			}
		}

		@Override
		public void onComplete() {
			if (!this.ended) {
				this.ended = true;
				this.actual.onComplete();
			}
		}

	}

}
