package io.natsproxy.core.websocket;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.SignalType;
import reactor.util.context.Context;

/**
 * Sends the messages of one source, each of which is asked for when the one before it has
 * been sent.
 */
final class WebSocketSender extends BaseSubscriber<NatsWebSocketMessage> {

	private final FrameWebSocket socket;

	private final MonoSink<Void> sink;

	private @Nullable NatsWebSocketMessage pending;

	private boolean completed;

	WebSocketSender(FrameWebSocket socket, MonoSink<Void> sink) {
		this.socket = socket;
		this.sink = sink;
	}

	@Override
	public Context currentContext() {
		return Context.of(this.sink.contextView());
	}

	@Override
	protected void hookOnSubscribe(Subscription subscription) {
		subscription.request(1);
	}

	@Override
	protected void hookOnNext(NatsWebSocketMessage message) {
		if (!this.socket.isAllowed(message)) {
			cancel();
			this.sink.error(new IllegalArgumentException("A message of " + message.payload().length
					+ " bytes is longer than allowed for its type " + message.type()
					+ ": see natsproxy.websocket.max-message-size; a control frame has 125 bytes at the most"));
			return;
		}
		synchronized (this) {
			this.pending = message;
		}
		transmit();
	}

	/**
	 * Tries again what had to wait.
	 */
	void resume() {
		this.socket.execute(() -> {
			if (transmit()) {
				this.socket.outbound().resume();
			}
		});
	}

	/**
	 * Drops what is pending, and completes: the WebSocket is closed.
	 */
	void closed() {
		synchronized (this) {
			this.pending = null;
		}
		try {
			cancel();
		}
		finally {
			this.sink.success();
		}
	}

	/**
	 * Sends what is pending. Never lets a message be sent twice, however often it is
	 * tried.
	 */
	private boolean transmit() {
		boolean last;
		synchronized (this) {
			if (this.pending == null || !this.socket.transmit(this.pending, this)) {
				return false;
			}
			this.pending = null;
			last = this.completed;
		}
		if (last) {
			this.sink.success();
		}
		else {
			request(1);
		}
		return true;
	}

	@Override
	protected void hookOnComplete() {
		synchronized (this) {
			this.completed = true;
			if (this.pending != null && this.socket.isOpen()) {
				return;
			}
		}
		this.sink.success();
	}

	@Override
	protected void hookOnError(Throwable ex) {
		this.sink.error(ex);
	}

	@Override
	protected void hookFinally(SignalType type) {
		if (type == SignalType.CANCEL) {
			this.socket.outbound().forget(this);
		}
	}

}
