package io.natsproxy.core.transport.netty;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.channel.Channel;

/**
 * The listening sockets of a server that are to accept connections again, whatever was
 * thrown before. A failure pauses one for a second, after which something has to go on
 * that may have failed as well. Safe for use by many threads, but for
 * {@link #resumePaused()}.
 */
public final class ListeningSockets {

	/**
	 * Tells of each whether it was found paused the last time.
	 */
	private final Map<Channel, Boolean> paused = new ConcurrentHashMap<>();

	/**
	 * Adds a socket, until it is closed.
	 */
	public void add(Channel socket) {
		this.paused.put(socket, false);
		socket.closeFuture().addListener((future) -> this.paused.remove(socket));
	}

	/**
	 * Has those accept connections again that were found paused the last time, too. For
	 * one thread at a time.
	 */
	public void resumePaused() {
		this.paused.replaceAll((socket, before) -> {
			boolean paused = socket.isActive() && !socket.config().isAutoRead();
			if (paused && before) {
				socket.config().setAutoRead(true);
			}
			return paused;
		});
	}

}
