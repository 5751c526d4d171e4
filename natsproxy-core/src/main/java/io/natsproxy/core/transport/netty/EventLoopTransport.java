package io.natsproxy.core.transport.netty;

import java.util.Locale;

/**
 * The way of event loops to their sockets.
 */
public enum EventLoopTransport {

	/**
	 * The best that is there, see {@link EventLoops}.
	 */
	AUTO,

	/**
	 * The selector of the JDK.
	 */
	NIO,

	/**
	 * Netty's transport on epoll, of Linux.
	 */
	EPOLL,

	/**
	 * Netty's transport on io_uring, of Linux.
	 */
	IO_URING;

	/**
	 * Name of the property, and of the system property that counts where nobody says
	 * anything else.
	 */
	public static final String PROPERTY = "natsproxy.nats.event-loop.transport";

	/**
	 * Returns the one that the system property {@value #PROPERTY} names, such as
	 * "io-uring", or {@link #AUTO}.
	 * @throws IllegalArgumentException if the property names none
	 */
	public static EventLoopTransport byDefault() {
		String name = System.getProperty(PROPERTY);
		return (name != null) ? valueOf(name.trim().toUpperCase(Locale.ROOT).replace('-', '_')) : AUTO;
	}

}
