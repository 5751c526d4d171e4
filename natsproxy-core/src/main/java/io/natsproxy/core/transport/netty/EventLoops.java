package io.natsproxy.core.transport.netty;

import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.util.concurrent.FastThreadLocalThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.NonBlocking;

/**
 * Event loops that go on whatever is thrown, on daemon threads, which start with their
 * first task, and on which Reactor refuses to block.
 *
 * <p>
 * With {@link EventLoopTransport#AUTO} they are on io_uring where the kernel allows it
 * and the native library is there. Otherwise one for a connection alone is on epoll where
 * that is there, and those that an HTTP server shares are on the selector of the JDK:
 * Reactor Netty stops to read with every request, and goes on after it, which is two
 * system calls on epoll and none on the selector, where only what has changed by the next
 * select counts.
 */
public final class EventLoops {

	private static final Logger logger = LoggerFactory.getLogger(EventLoops.class);

	private final EnduringEventLoopGroup group;

	private final IoKind kind;

	private EventLoops(EnduringEventLoopGroup group, IoKind kind) {
		this.group = group;
		this.kind = kind;
	}

	/**
	 * Makes event loops that an HTTP server shares.
	 * @param transport the transport
	 * @param count how many
	 * @param prefix begins the names of the threads, which go on with that of the
	 * transport
	 * @throws TransportUnavailableException if the transport has been asked for and is
	 * not there
	 */
	public static EventLoops shared(EventLoopTransport transport, int count, String prefix) {
		return make(transport, List.of(IoKind.IO_URING, IoKind.NIO),
				(kind) -> new EnduringEventLoopGroup(count, threads(prefix + "-" + kind.label()), kind.handlers()));
	}

	/**
	 * Makes one event loop for a connection alone.
	 * @param transport the transport
	 * @param threadName the name of the thread
	 * @throws TransportUnavailableException if the transport has been asked for and is
	 * not there
	 */
	static EventLoops single(EventLoopTransport transport, String threadName) {
		return make(transport, List.of(IoKind.IO_URING, IoKind.EPOLL, IoKind.NIO),
				(kind) -> new EnduringEventLoopGroup(1, (task) -> new LoopThread(task, threadName), kind.handlers()));
	}

	private static EventLoops make(EventLoopTransport transport, List<IoKind> best, Maker maker) {
		return switch (transport) {
			case NIO -> make(IoKind.NIO, maker);
			case EPOLL -> make(IoKind.EPOLL, maker);
			case IO_URING -> make(IoKind.IO_URING, maker);
			case AUTO -> makeFirst(best, maker);
		};
	}

	private static EventLoops makeFirst(List<IoKind> kinds, Maker maker) {
		for (IoKind kind : kinds.subList(0, kinds.size() - 1)) {
			try {
				return make(kind, maker);
			}
			catch (TransportUnavailableException ex) {
				logger.debug("{}", ex.getMessage(), ex);
			}
		}
		return make(kinds.get(kinds.size() - 1), maker);
	}

	private static EventLoops make(IoKind kind, Maker maker) {
		Throwable cause;
		try {
			cause = kind.unavailability();
			if (cause == null) {
				// A kernel may have a little ring for a trial, and not the real ones.
				return new EventLoops(maker.make(kind), kind);
			}
		}
		catch (IllegalStateException | LinkageError ex) {
			cause = ex;
		}
		throw new TransportUnavailableException(kind.label(), cause);
	}

	private static ThreadFactory threads(String prefix) {
		AtomicInteger number = new AtomicInteger();
		return (task) -> new LoopThread(task, prefix + "-" + number.incrementAndGet());
	}

	/**
	 * Returns the event loops, which whoever has made them stops.
	 */
	public EventLoopGroup group() {
		return this.group;
	}

	/**
	 * Returns the name of the transport: "nio", "epoll" or "io_uring".
	 */
	public String transport() {
		return this.kind.label();
	}

	/**
	 * Makes a listening socket that goes on listening when a connection cannot be
	 * accepted for want of memory.
	 */
	public ServerSocketChannel newServerSocket() {
		return this.kind.newServerSocket();
	}

	/**
	 * Returns the kind of socket that runs on these event loops.
	 */
	public Class<? extends Channel> socketType() {
		return this.kind.socketType();
	}

	/**
	 * Returns the first event loop.
	 */
	EventLoop first() {
		return this.group.next();
	}

	/**
	 * A maker of event loops.
	 */
	private interface Maker {

		EnduringEventLoopGroup make(IoKind kind);

	}

	/**
	 * A thread on which Reactor refuses to block.
	 */
	private static final class LoopThread extends FastThreadLocalThread implements NonBlocking {

		LoopThread(Runnable task, String name) {
			super(task, name);
			setDaemon(true);
		}

	}

}
