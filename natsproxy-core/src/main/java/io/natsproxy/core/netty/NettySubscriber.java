package io.natsproxy.core.netty;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.natsproxy.core.link.LinkMessage;
import io.natsproxy.core.link.LinkSubscriber;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * The subscriptions of one owner. All receive on the event loop.
 */
final class NettySubscriber implements LinkSubscriber {

	private final NettyLink link;

	private final Consumer<LinkMessage> receiver;

	private final List<NettySubscription> subscriptions = new CopyOnWriteArrayList<>();

	NettySubscriber(NettyLink link, Consumer<LinkMessage> receiver) {
		this.link = link;
		this.receiver = receiver;
	}

	@Override
	public void subscribe(String subject, @Nullable String queueGroup) {
		this.subscriptions.add(this.link.subscribe(subject, queueGroup, this.receiver));
	}

	@Override
	public Disposable subscribe(String subject, Consumer<LinkMessage> receiver) {
		NettySubscription subscription = this.link.subscribe(subject, null, receiver);
		this.subscriptions.add(subscription);
		return () -> {
			if (this.subscriptions.remove(subscription)) {
				this.link.remove(subscription);
			}
		};
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
		for (NettySubscription subscription : this.subscriptions) {
			if (this.subscriptions.remove(subscription)) {
				this.link.remove(subscription);
			}
		}
	}

}
