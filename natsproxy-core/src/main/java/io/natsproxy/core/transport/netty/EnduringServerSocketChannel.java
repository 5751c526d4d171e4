package io.natsproxy.core.transport.netty;

import io.netty.channel.socket.nio.NioServerSocketChannel;

/**
 * A listening socket that goes on listening when a connection cannot be accepted for want
 * of memory. That of Netty is closed by anything but an {@link java.io.IOException}, and
 * nobody opens it again.
 */
public class EnduringServerSocketChannel extends NioServerSocketChannel {

	private boolean paused;

	@Override
	protected boolean closeOnReadError(Throwable cause) {
		return !isActive();
	}

	/**
	 * Accepts connections again if that was found paused the last time, too: a failure
	 * pauses it for a second, after which something has to go on that may have failed as
	 * well.
	 */
	public void resume() {
		boolean paused = isActive() && !config().isAutoRead();
		if (paused && this.paused) {
			config().setAutoRead(true);
		}
		this.paused = paused;
	}

}
