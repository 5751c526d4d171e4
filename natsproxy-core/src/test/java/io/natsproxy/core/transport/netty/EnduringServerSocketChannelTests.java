package io.natsproxy.core.transport.netty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link EnduringServerSocketChannel}.
 */
class EnduringServerSocketChannelTests {

	private static final AtomicInteger failures = new AtomicInteger();

	private final EventLoopGroup group = new EnduringEventLoopGroup(1, (task) -> new Thread(task, "enduring-server"),
			NioIoHandler.newFactory());

	private final AcceptedConnections accepted = new AcceptedConnections();

	@AfterEach
	void stop() {
		this.group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
	}

	@Test
	void theSocketGoesOnListeningWhenThereIsNoMemoryForAConnection() throws Exception {
		Channel server = this.accepted.listen(this.group, FailingServerSocketChannel::new);
		failures.set(2);
		int port = ((InetSocketAddress) server.localAddress()).getPort();
		try (Socket first = new Socket(InetAddress.getLoopbackAddress(), port)) {
			await().until(() -> this.accepted.count() == 1);
			assertThat(first.isConnected()).isTrue();
		}
		assertThat(failures).hasValue(0);
		assertThat(server.isOpen()).isTrue();
	}

	/**
	 * Fails to accept for as many times as there are failures.
	 */
	private static final class FailingServerSocketChannel extends EnduringServerSocketChannel {

		@Override
		protected int doReadMessages(List<Object> buffer) throws Exception {
			if (failures.getAndUpdate((left) -> Math.max(0, left - 1)) > 0) {
				throw new OutOfMemoryError("test");
			}
			return super.doReadMessages(buffer);
		}

	}

}
