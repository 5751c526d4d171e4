package io.natsproxy.jetty;

import io.natsproxy.core.websocket.NatsWebSocketMessage;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * The messages that a server sends, of which one at the most waits to be asked for. For
 * one subscriber; safe for use by many threads.
 */
final class OutgoingMessages implements Publisher<NatsWebSocketMessage>, Subscription {

	private final Runnable taken;

	/**
	 * Guarded by this object, like all that follows.
	 */
	private @Nullable Subscriber<? super NatsWebSocketMessage> subscriber;

	private long requested;

	private @Nullable NatsWebSocketMessage waiting;

	private boolean refused;

	private boolean complete;

	private boolean over;

	private boolean draining;

	/**
	 * Creates an empty source.
	 * @param taken is told that another message is taken, after one has been refused
	 */
	OutgoingMessages(Runnable taken) {
		this.taken = taken;
	}

	@Override
	public void subscribe(Subscriber<? super NatsWebSocketMessage> subscriber) {
		synchronized (this) {
			this.subscriber = subscriber;
		}
		subscriber.onSubscribe(this);
	}

	/**
	 * Whether another message is taken now. If not, it is told when that is so.
	 */
	synchronized boolean isReady() {
		this.refused = this.waiting != null && !this.over;
		return !this.refused;
	}

	/**
	 * Takes a message; dropped once nobody wants any.
	 */
	void send(NatsWebSocketMessage message) {
		synchronized (this) {
			this.waiting = message;
		}
		drain();
	}

	/**
	 * Nothing follows.
	 */
	void complete() {
		synchronized (this) {
			this.complete = true;
		}
		drain();
	}

	@Override
	public void request(long n) {
		synchronized (this) {
			this.requested = Math.max(this.requested, this.requested + n);
		}
		drain();
	}

	@Override
	public void cancel() {
		boolean tell;
		synchronized (this) {
			this.over = true;
			this.waiting = null;
			tell = this.refused;
			this.refused = false;
		}
		if (tell) {
			this.taken.run();
		}
	}

	private void drain() {
		synchronized (this) {
			if (this.draining) {
				return;
			}
			this.draining = true;
		}
		boolean more = true;
		while (more) {
			more = step();
		}
	}

	private boolean step() {
		Subscriber<? super NatsWebSocketMessage> subscriber;
		NatsWebSocketMessage message = null;
		boolean tell = false;
		synchronized (this) {
			subscriber = this.subscriber;
			if (subscriber == null || this.over || ((this.waiting != null) ? this.requested == 0 : !this.complete)) {
				this.draining = false;
				return false;
			}
			if (this.waiting != null) {
				message = this.waiting;
				this.waiting = null;
				this.requested--;
				tell = this.refused;
				this.refused = false;
			}
			else {
				this.over = true;
			}
		}
		if (message != null) {
			subscriber.onNext(message);
		}
		else {
			subscriber.onComplete();
		}
		if (tell) {
			this.taken.run();
		}
		return true;
	}

}
