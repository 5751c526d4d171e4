package io.natsproxy.broker;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The listening socket, the threads and the session from one start to the next stop.
 */
final class BrokerRun {

	private static final int BACKLOG = 1024;

	private static final long CLOSE_TIMEOUT_SECONDS = 5;

	private final EventLoopGroup threads;

	private final Channel listener;

	private final BrokerSession session;

	private BrokerRun(EventLoopGroup threads, Channel listener, BrokerSession session) {
		this.threads = threads;
		this.listener = listener;
		this.session = session;
	}

	/**
	 * Listens on a port.
	 * @throws Exception if that is not possible; nothing is left behind then
	 */
	static BrokerRun bind(BrokerOptions options, int port, ByteBufAllocator allocator, BrokerCounters counters,
			AtomicLong connectionIds) throws Exception {
		EventLoopGroup threads = new MultiThreadIoEventLoopGroup(options.threads(),
				new DefaultThreadFactory("natsproxy-broker", true), NioIoHandler.newFactory());
		Acceptor acceptor = new Acceptor(connectionIds);
		ChannelFuture bound = new ServerBootstrap().group(threads)
			.channel(NioServerSocketChannel.class)
			// The session tells clients the port, which is not known before.
			.option(ChannelOption.AUTO_READ, false)
			.option(ChannelOption.SO_BACKLOG, BACKLOG)
			.option(ChannelOption.SO_REUSEADDR, true)
			.childOption(ChannelOption.TCP_NODELAY, true)
			.childOption(ChannelOption.ALLOCATOR, allocator)
			.childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 * 1024, 256 * 1024))
			.childHandler(acceptor)
			.bind(new InetSocketAddress(options.host(), port))
			.awaitUninterruptibly();
		if (!bound.isSuccess()) {
			shutDown(threads);
			throw (bound.cause() instanceof Exception cause) ? cause : new IllegalStateException(bound.cause());
		}
		InetSocketAddress address = (InetSocketAddress) bound.channel().localAddress();
		BrokerSession session = BrokerSession.create(options, address.getPort(), counters);
		acceptor.session = session;
		bound.channel().config().setAutoRead(true);
		return new BrokerRun(threads, bound.channel(), session);
	}

	BrokerSession session() {
		return this.session;
	}

	int port() {
		return this.session.info().port();
	}

	void disconnectClients() {
		await(this.session.connections().stream().map(ClientConnection::disconnect).toList());
	}

	void enterLameDuckMode() {
		this.listener.close().awaitUninterruptibly();
		this.session.connections().forEach(ClientConnection::announceStop);
	}

	void stop() {
		this.listener.close().awaitUninterruptibly();
		await(this.session.connections().stream().map(ClientConnection::shutDown).toList());
		shutDown(this.threads);
	}

	private static void await(List<ChannelFuture> futures) {
		futures.forEach((future) -> future.awaitUninterruptibly(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS));
	}

	private static void shutDown(EventLoopGroup threads) {
		threads.shutdownGracefully(0, CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
	}

	private static final class Acceptor extends ChannelInitializer<SocketChannel> {

		private final AtomicLong connectionIds;

		private volatile @Nullable BrokerSession session;

		Acceptor(AtomicLong connectionIds) {
			this.connectionIds = connectionIds;
		}

		@Override
		protected void initChannel(SocketChannel channel) {
			BrokerSession session = this.session;
			if (session == null) {
				throw new IllegalStateException("A connection before the broker was ready");
			}
			channel.pipeline().addLast(new ClientConnection(this.connectionIds.incrementAndGet(), channel, session));
		}

	}

}
