package io.natsproxy.core.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A transport of Netty, of which neither classes nor native library need be there.
 */
enum IoKind {

	NIO("nio") {

		@Override
		@Nullable Throwable unavailability() {
			return null;
		}

		@Override
		IoHandlerFactory handlers() {
			return NioIoHandler.newFactory();
		}

		@Override
		Class<? extends Channel> socketType() {
			return NioSocketChannel.class;
		}

		@Override
		ServerSocketChannel newServerSocket() {
			return new EnduringServerSocketChannel();
		}

	},

	EPOLL("epoll") {

		@Override
		@Nullable Throwable unavailability() {
			return Epoll.unavailabilityCause();
		}

		@Override
		IoHandlerFactory handlers() {
			return EpollIoHandler.newFactory();
		}

		@Override
		Class<? extends Channel> socketType() {
			return EpollSocketChannel.class;
		}

		@Override
		ServerSocketChannel newServerSocket() {
			return new EpollServerSocketChannel();
		}

	},

	IO_URING("io_uring") {

		@Override
		@Nullable Throwable unavailability() {
			Throwable cause = IoUring.unavailabilityCause();
			return (cause == null && IoUring.isPollAddMultishotEnabled())
					? new UnsupportedOperationException("it was set up, by something else or by -D" + MULTISHOT_POLLS
							+ "=true, in such a way that ends of connections get lost")
					: cause;
		}

		@Override
		IoHandlerFactory handlers() {
			return IoUringIoHandler.newFactory();
		}

		@Override
		Class<? extends Channel> socketType() {
			return IoUringSocketChannel.class;
		}

		@Override
		ServerSocketChannel newServerSocket() {
			return new IoUringServerSocketChannel();
		}

	};

	/**
	 * Name of the system property of Netty by which a poll tells of all that comes. An
	 * end that comes along with data is told of but once then, and lost: Netty reads what
	 * is there, and neither reads nor polls again. It is read once, at the first use of
	 * io_uring.
	 */
	private static final String MULTISHOT_POLLS = "io.netty.iouring.pollAddMultishotEnabled";

	static {
		// Whatever is chosen here: what makes event loops of its own has io_uring, too.
		if (System.getProperty(MULTISHOT_POLLS) == null) {
			System.setProperty(MULTISHOT_POLLS, "false");
		}
	}

	private final String label;

	IoKind(String label) {
		this.label = label;
	}

	/**
	 * Returns the name, as Netty and Reactor Netty have it.
	 */
	String label() {
		return this.label;
	}

	/**
	 * Returns the name of the transport of a kind of socket.
	 */
	static String label(Class<? extends Channel> socketType) {
		for (IoKind kind : values()) {
			try {
				if (kind.socketType().isAssignableFrom(socketType)) {
					return kind.label;
				}
			}
			catch (LinkageError ex) {
				// Its classes are not there.
			}
		}
		return socketType.getSimpleName();
	}

	/**
	 * Returns why it is not there.
	 * @return the cause, {@code null} if it is there
	 * @throws LinkageError if its classes are not
	 */
	abstract @Nullable Throwable unavailability();

	abstract IoHandlerFactory handlers();

	abstract Class<? extends Channel> socketType();

	/**
	 * Makes a listening socket that goes on listening whatever is thrown when a
	 * connection is accepted.
	 */
	abstract ServerSocketChannel newServerSocket();

}
