package io.natsproxy.core.transport.netty;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.natsproxy.core.transport.PermissionListener;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.TransportSubscriber;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * The subscriptions of one owner. All receive on the event loop.
 */
final class NettySubscriber implements TransportSubscriber {

	private final NettyTransport transport;

	private final Consumer<TransportMessage> receiver;

	private final Set<NettySubscription> subscriptions = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	NettySubscriber(NettyTransport transport, Consumer<TransportMessage> receiver) {
		this.transport = transport;
		this.receiver = receiver;
	}

	@Override
	public void subscribe(String subject, @Nullable String queueGroup, PermissionListener listener) {
		add(subject, queueGroup, this.receiver, true, listener);
	}

	private NettySubscription add(String subject, @Nullable String queueGroup, Consumer<TransportMessage> receiver,
			boolean standing, PermissionListener listener) {
		NettySubscription subscription = this.transport.subscribe(subject, queueGroup, receiver, standing, listener);
		this.subscriptions.add(subscription);
		if (this.closed) {
			end(subscription);
		}
		return subscription;
	}

	private void end(NettySubscription subscription) {
		if (this.subscriptions.remove(subscription)) {
			this.transport.remove(subscription);
		}
	}

	@Override
	public Disposable subscribe(String subject, Consumer<TransportMessage> receiver) {
		NettySubscription subscription = add(subject, null, receiver, true, (permitted) -> {
		});
		return () -> end(subscription);
	}

	@Override
	public Disposable subscribe(String subject, Consumer<TransportMessage> receiver, Runnable refused) {
		NettySubscription subscription = add(subject, null, receiver, false, (permitted) -> refused.run());
		return () -> end(subscription);
	}

	@Override
	public boolean drain(Duration timeout) throws InterruptedException {
		try {
			if (!this.transport.isConnected()) {
				return false;
			}
			this.subscriptions.forEach(this.transport::end);
			return this.transport.flush(timeout);
		}
		finally {
			close();
		}
	}

	@Override
	public void close() {
		this.closed = true;
		this.subscriptions.forEach(this::end);
	}

}
