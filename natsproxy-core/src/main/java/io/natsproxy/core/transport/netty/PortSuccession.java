package io.natsproxy.core.transport.netty;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

import io.natsproxy.core.transport.TransportMessage;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * The ports of a transport, one after the other: jnats makes one for each attempt to
 * connect, and the transport publishes by the last that has logged in. A server that is
 * left on purpose still serves by its port until there is another.
 */
final class PortSuccession {

	/**
	 * More than any handover takes.
	 */
	private static final int MAX_HANDOVER_SECONDS = 5;

	private final NettyTransport transport;

	private final EventLoop loop;

	private final CurrentPort current;

	private final OutgoingQueue outgoing;

	private final ServerSubscriptions subscriptions;

	private final ReentrantLock leaving = new ReentrantLock();

	private volatile Parting parting = Parting.NONE;

	/**
	 * The port of the last attempt to connect.
	 */
	private final AtomicReference<@Nullable NettyDataPort> opened = new AtomicReference<>();

	/**
	 * The port that was left because it was silent, and still receives.
	 */
	private final AtomicReference<@Nullable NettyDataPort> silent = new AtomicReference<>();

	private volatile boolean closed;

	PortSuccession(NettyTransport transport, CurrentPort current, OutgoingQueue outgoing,
			ServerSubscriptions subscriptions) {
		this.transport = transport;
		this.loop = transport.loop();
		this.current = current;
		this.outgoing = outgoing;
		this.subscriptions = subscriptions;
	}

	/**
	 * Remembers the last attempt to connect. One before it that has been given up half
	 * done would stay connected, and receive.
	 */
	void onOpen(NettyDataPort port) {
		NettyDataPort before = this.opened.getAndSet(port);
		if (before != null && !before.isKept()) {
			before.close();
		}
	}

	/**
	 * Begins to serve by a port whose log-in the server has accepted; on the event loop.
	 */
	void onReady(NettyDataPort port, Channel channel) {
		Handover unfinished = this.current.handover();
		if (unfinished != null) {
			unfinished.settle();
		}
		this.transport.onNewServer();
		this.subscriptions.subscribeAll(channel);
		NettyDataPort silent = this.silent.getAndSet(null);
		NettyDataPort kept = (silent != null) ? silent : this.current.get();
		Channel keptChannel = (kept != null && kept.isKept()) ? kept.channel() : null;
		if (kept != null && keptChannel != null && keptChannel.isActive()) {
			NettySubscription marks = this.subscriptions.newTemporary(this.transport.newInbox());
			Handover handover = new Handover(this, new HandoverMarks(this.outgoing, marks, keptChannel, channel), kept,
					keptChannel, port, channel, silent != null);
			this.current.handover(handover);
			handover.begin();
		}
		else {
			this.current.set(port);
			this.outgoing.flush();
		}
	}

	/**
	 * Hands over a message that has come as a whole; on the event loop.
	 */
	void deliver(NettyDataPort port, NettySubscription subscription, TransportMessage message) {
		Handover handover = this.current.handover();
		if (handover == null) {
			subscription.receive(message);
		}
		else {
			handover.receive(port, subscription, message);
		}
	}

	/**
	 * Publishes by another port from now on; on the event loop.
	 */
	void switchTo(NettyDataPort port) {
		this.current.set(port);
		if (!port.isUsable()) {
			this.current.clear(port);
		}
	}

	/**
	 * Forgets a handover that is over; on the event loop.
	 */
	void ended(Handover handover, NettySubscription marks) {
		if (this.current.handover() == handover) {
			this.current.handover(null);
		}
		this.subscriptions.byId().remove(marks);
	}

	/**
	 * Publishes no more by a port whose socket is being closed, or has been.
	 */
	void onEnd(NettyDataPort port) {
		this.current.clear(port);
		if (this.current.handover() != null) {
			this.loop.execute(() -> {
				Handover handover = this.current.handover();
				if (handover != null) {
					handover.onEnd(port);
				}
			});
		}
	}

	/**
	 * Moves to another server, see {@link NettyTransport#move()}.
	 */
	void move() throws IOException, InterruptedException {
		leave(Parting.IN_ORDER);
		awaitHandover(TimeUnit.SECONDS.toNanos(MAX_HANDOVER_SECONDS));
	}

	/**
	 * Leaves the server; does nothing while another thread is at it.
	 */
	void leave(Parting parting) throws IOException, InterruptedException {
		if (!this.leaving.tryLock()) {
			return;
		}
		try {
			this.parting = parting;
			this.transport.connection().forceReconnect(parting.options());
		}
		finally {
			this.parting = Parting.NONE;
			this.leaving.unlock();
		}
	}

	/**
	 * Waits until the transport is served by one port again.
	 * @param nanos how long to wait, in nanoseconds
	 * @return whether it is, in time
	 */
	boolean awaitHandover(long nanos) throws InterruptedException {
		Handover handover = this.current.handover();
		return handover == null || handover.done().await(nanos, TimeUnit.NANOSECONDS);
	}

	/**
	 * Decides about a port that jnats closes.
	 * @return whether its connection is still needed
	 */
	boolean keeps(NettyDataPort port) {
		Parting parting = this.parting;
		if (parting == Parting.NONE || this.closed || this.current.get() != port) {
			return false;
		}
		if (parting == Parting.AT_ONCE) {
			if (this.outgoing.isCrowded() || !this.current.clear(port)) {
				return false;
			}
			this.silent.set(port);
		}
		return true;
	}

	OutgoingQueue outgoing() {
		return this.outgoing;
	}

	ServerSubscriptions subscriptions() {
		return this.subscriptions;
	}

	EventLoop loop() {
		return this.loop;
	}

	/**
	 * Keeps no port any more.
	 */
	void close() {
		this.closed = true;
		NettyDataPort port = this.current.clear();
		if (port != null) {
			port.closeChannel();
		}
		this.outgoing.release();
		NettyDataPort silent = this.silent.getAndSet(null);
		if (silent != null) {
			silent.closeChannel();
		}
		Handover handover = this.current.handover();
		if (handover != null) {
			handover.close();
		}
	}

}
