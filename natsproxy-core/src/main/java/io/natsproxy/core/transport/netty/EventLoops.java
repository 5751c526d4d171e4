package io.natsproxy.core.transport.netty;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.FastThreadLocalThread;
import reactor.core.scheduler.NonBlocking;

/**
 * A factory of event loops, on the native transport where there is one.
 */
final class EventLoops {

	private EventLoops() {
	}

	/**
	 * Makes one event loop on a daemon thread, which starts with its first task.
	 * @param threadName the name of the thread
	 */
	static EventLoop newLoop(String threadName) {
		return new EnduringEventLoopGroup(1, (task) -> new LoopThread(task, threadName),
				Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory())
			.next();
	}

	static ThreadFactory threads(String prefix) {
		AtomicInteger number = new AtomicInteger();
		return (task) -> new LoopThread(task, prefix + "-" + number.incrementAndGet());
	}

	/**
	 * Returns the kind of channel that runs on these event loops.
	 */
	static Class<? extends Channel> channelType() {
		return Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
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
