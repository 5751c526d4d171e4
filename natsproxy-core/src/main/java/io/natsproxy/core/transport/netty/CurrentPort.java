package io.natsproxy.core.transport.netty;

import java.util.concurrent.atomic.AtomicReference;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The port by which a transport publishes, and the handover to another while there is
 * one. Safe for use by many threads.
 */
final class CurrentPort {

	private final AtomicReference<@Nullable NettyDataPort> port = new AtomicReference<>();

	/**
	 * Set on the event loop.
	 */
	private volatile @Nullable Handover handover;

	@Nullable NettyDataPort get() {
		return this.port.get();
	}

	void set(NettyDataPort port) {
		this.port.set(port);
	}

	/**
	 * Leaves the transport without a port, if it has this one.
	 * @return whether it had
	 */
	boolean clear(NettyDataPort port) {
		return this.port.compareAndSet(port, null);
	}

	/**
	 * Leaves the transport without a port.
	 * @return the one it had
	 */
	@Nullable NettyDataPort clear() {
		return this.port.getAndSet(null);
	}

	/**
	 * Returns the channel to which messages are written.
	 * @return the channel, {@code null} without a connection
	 */
	@Nullable Channel channel() {
		NettyDataPort port = this.port.get();
		return (port != null) ? port.channel() : null;
	}

	@Nullable Handover handover() {
		return this.handover;
	}

	void handover(@Nullable Handover handover) {
		this.handover = handover;
	}

}
