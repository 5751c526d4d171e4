package io.natsproxy.benchmarks.relay;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * Passes bytes on between each connection that it accepts and one that it makes, both
 * ways, some time after they have come. All connections live on one event loop. That
 * making a connection takes a round trip, too, is not imitated.
 */
public final class Relay implements AutoCloseable {

	/**
	 * How many bytes may wait in each direction of a connection: about as much as Linux
	 * lets be on its way in a TCP connection, whose receive buffer grows to 6 MiB.
	 */
	static final int LIMIT = 6 * 1024 * 1024;

	private static final int BACKLOG = 4096;

	private static final int CONNECT_TIMEOUT_MILLIS = 5000;

	private final EventLoopGroup group;

	private final boolean epoll = Epoll.isAvailable();

	private final long delayNanos;

	private final int limit;

	/**
	 * Creates a relay that does not listen yet.
	 * @param oneWay how long bytes wait
	 */
	public Relay(Duration oneWay) {
		this(oneWay, LIMIT);
	}

	Relay(Duration oneWay, int limit) {
		this.delayNanos = oneWay.toNanos();
		this.limit = limit;
		this.group = new MultiThreadIoEventLoopGroup(1,
				this.epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
	}

	/**
	 * Listens.
	 * @param entrance where to
	 * @param exit where connections that are accepted lead
	 * @return where it listens
	 */
	public InetSocketAddress listen(InetSocketAddress entrance, InetSocketAddress exit) {
		return (InetSocketAddress) new ServerBootstrap().group(this.group)
			.channel(this.epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
			.option(ChannelOption.SO_BACKLOG, BACKLOG)
			.childOption(ChannelOption.TCP_NODELAY, true)
			.childHandler(new ChannelInitializer<>() {

				@Override
				protected void initChannel(Channel channel) {
					connect(channel, exit);
				}

			})
			.bind(entrance)
			.syncUninterruptibly()
			.channel()
			.localAddress();
	}

	/**
	 * Makes the other connection. What comes before it is there waits for it.
	 */
	private void connect(Channel near, InetSocketAddress exit) {
		Channel far = new Bootstrap().group(near.eventLoop())
			.channel(this.epoll ? EpollSocketChannel.class : NioSocketChannel.class)
			.option(ChannelOption.TCP_NODELAY, true)
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
			.handler(new ChannelInboundHandlerAdapter())
			.register()
			.channel();
		DelayedWay.join(near, far, this.delayNanos, this.limit);
		far.connect(exit).addListener((ChannelFuture attempt) -> {
			if (!attempt.isSuccess()) {
				far.close();
				near.close();
			}
		});
	}

	@Override
	public void close() {
		this.group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
	}

}
