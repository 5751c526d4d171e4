package io.natsproxy.core.netty;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.natsproxy.core.link.LinkMessage;
import io.natsproxy.core.link.LinkSubscriber;
import io.natsproxy.core.link.PermissionListener;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * The subscriptions of one owner. All receive on the event loop.
 */
final class NettySubscriber implements LinkSubscriber {

	private final NettyLink link;

	private final Consumer<LinkMessage> receiver;

	private final Set<NettySubscription> subscriptions = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	NettySubscriber(NettyLink link, Consumer<LinkMessage> receiver) {
		this.link = link;
		this.receiver = receiver;
	}

	@Override
	public void subscribe(String subject, @Nullable String queueGroup, PermissionListener listener) {
		add(subject, queueGroup, this.receiver, true, listener);
	}

	private NettySubscription add(String subject, @Nullable String queueGroup, Consumer<LinkMessage> receiver,
			boolean standing, PermissionListener listener) {
		NettySubscription subscription = this.link.subscribe(subject, queueGroup, receiver, standing, listener);
		this.subscriptions.add(subscription);
		if (this.closed) {
			end(subscription);
		}
		return subscription;
	}

	private void end(NettySubscription subscription) {
		if (this.subscriptions.remove(subscription)) {
			this.link.remove(subscription);
		}
	}

	@Override
	public Disposable subscribe(String subject, Consumer<LinkMessage> receiver) {
		NettySubscription subscription = add(subject, null, receiver, true, (permitted) -> {
		});
		return () -> end(subscription);
	}

	@Override
	public Disposable subscribe(String subject, Consumer<LinkMessage> receiver, Runnable refused) {
		NettySubscription subscription = add(subject, null, receiver, false, (permitted) -> refused.run());
		return () -> end(subscription);
	}

	@Override
	public boolean drain(Duration timeout) throws InterruptedException {
		try {
			if (!this.link.isConnected()) {
				return false;
			}
			this.subscriptions.forEach(this.link::end);
			return this.link.flush(timeout);
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
