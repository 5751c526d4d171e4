package io.natsproxy.core.transport.netty;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;

/**
 * Counts the connections that a listening socket accepts.
 */
final class AcceptedConnections extends ChannelInboundHandlerAdapter {

	private final AtomicInteger count = new AtomicInteger();

	int count() {
		return this.count.get();
	}

	/**
	 * Listens on a free port of the loopback interface.
	 */
	Channel listen(EventLoopGroup group, ChannelFactory<? extends ServerChannel> sockets) throws InterruptedException {
		return new ServerBootstrap().group(group)
			.channelFactory(sockets)
			.childHandler(this)
			.bind(InetAddress.getLoopbackAddress(), 0)
			.sync()
			.channel();
	}

	@Override
	public boolean isSharable() {
		return true;
	}

	@Override
	public void channelActive(ChannelHandlerContext context) {
		this.count.incrementAndGet();
	}

}
