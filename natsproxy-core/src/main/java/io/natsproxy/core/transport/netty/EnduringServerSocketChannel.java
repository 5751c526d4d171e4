package io.natsproxy.core.transport.netty;

import io.netty.channel.socket.nio.NioServerSocketChannel;

/**
 * A listening socket on the selector of the JDK that goes on listening when a connection
 * cannot be accepted for want of memory. That of Netty is closed by anything but an
 * {@link java.io.IOException}, and nobody opens it again; those of its native transports
 * are not.
 */
class EnduringServerSocketChannel extends NioServerSocketChannel {

	@Override
	protected boolean closeOnReadError(Throwable cause) {
		return !isActive();
	}

}
