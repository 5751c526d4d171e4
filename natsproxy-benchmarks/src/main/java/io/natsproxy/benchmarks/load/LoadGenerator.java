package io.natsproxy.benchmarks.load;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * The event loop on which all clients live: one thread, native where that is possible.
 */
public final class LoadGenerator implements AutoCloseable {

	private static final int CONNECT_TIMEOUT_MILLIS = 5000;

	private static final long CALL_TIMEOUT_SECONDS = 30;

	private final EventLoopGroup group;

	private final EventLoop loop;

	private final Class<? extends SocketChannel> channelType;

	/**
	 * Starts the event loop.
	 */
	public LoadGenerator() {
		boolean epoll = Epoll.isAvailable();
		this.group = new MultiThreadIoEventLoopGroup(1,
				epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
		this.loop = this.group.next();
		this.channelType = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
	}

	/**
	 * Connects to a gateway.
	 * @param target the gateway
	 * @param handler the only handler of the connection
	 * @return what completes, on the event loop, when there is a connection or none
	 */
	ChannelFuture connect(Target target, ChannelHandler handler) {
		return new Bootstrap().group(this.loop)
			.channel(this.channelType)
			.option(ChannelOption.TCP_NODELAY, true)
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
			.handler(handler)
			.connect(target.address());
	}

	/**
	 * Does something on the event loop some time later.
	 * @param action what to do
	 * @param millis how many milliseconds later
	 */
	void later(Runnable action, long millis) {
		this.loop.schedule(action, millis, TimeUnit.MILLISECONDS);
	}

	/**
	 * Does something on the event loop, and waits for it.
	 * @param action what to do
	 */
	void run(Runnable action) {
		call(() -> {
			action.run();
			return true;
		});
	}

	/**
	 * Asks something of the event loop, and waits for the answer.
	 * @param <T> the type of the answer
	 * @param question what to ask
	 * @return the answer
	 */
	<T> T call(Callable<T> question) {
		return await(this.loop.submit(question), CALL_TIMEOUT_SECONDS);
	}

	/**
	 * Waits for something that happens on the event loop.
	 * @param <T> the type of its result
	 * @param future what happens
	 * @param seconds how long to wait
	 * @return its result
	 * @throws IllegalStateException if it fails, or takes longer
	 */
	static <T> T await(Future<T> future, long seconds) {
		try {
			return future.get(seconds, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
		catch (ExecutionException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			boolean ours = cause instanceof MalformedResponseException;
			throw new IllegalStateException(ours ? cause.getMessage() : cause.toString(), cause);
		}
		catch (TimeoutException ex) {
			throw new IllegalStateException("Nothing for " + seconds + " s", ex);
		}
	}

	@Override
	public void close() {
		this.group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
	}

}
