package io.natsproxy.core.transport.netty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link EventLoops} on io_uring, which must be there when this is the
 * transport of all tests.
 */
@EnabledIfSystemProperty(named = EventLoopTransport.PROPERTY, matches = "io-uring",
		disabledReason = "The native library of io_uring is not on the class path")
class IoUringEventLoopsTests {

	@Test
	void itIsTheBestThatIsThere() {
		EventLoops shared = EventLoops.shared(EventLoopTransport.AUTO, 2, "loops");
		EventLoops single = EventLoops.single(EventLoopTransport.AUTO, "loop");
		try {
			assertThat(shared.transport()).isEqualTo("io_uring");
			assertThat(shared.newServerSocket()).isInstanceOf(IoUringServerSocketChannel.class);
			assertThat(single.transport()).isEqualTo("io_uring");
			assertThat(single.socketType()).isEqualTo(IoUringSocketChannel.class);
		}
		finally {
			shared.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
			single.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
		}
	}

	@Test
	void noRingAndNoSocketIsLeftWhenTheLoopsHaveEnded() throws Exception {
		// What Netty opens at its first use is there already.
		listen(EventLoops.shared(EventLoopTransport.IO_URING, 1, "first")).close().sync();
		long sockets = descriptors("socket:");
		long rings = descriptors("[io_uring]");
		long events = descriptors("[eventfd]");
		EventLoops loops = EventLoops.shared(EventLoopTransport.IO_URING, 8, "rings");
		assertThat(descriptors("[io_uring]")).isGreaterThanOrEqualTo(rings + 8);
		Channel server = listen(loops);
		int port = ((InetSocketAddress) server.localAddress()).getPort();
		for (int i = 0; i < 16; i++) {
			try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
				socket.getOutputStream().write(i);
				assertThat(socket.getInputStream().read()).isEqualTo(i);
			}
		}
		try (Socket open = new Socket(InetAddress.getLoopbackAddress(), port)) {
			open.getOutputStream().write(1);
			assertThat(open.getInputStream().read()).isEqualTo(1);
			loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).await(30, TimeUnit.SECONDS);
			assertThat(open.getInputStream().read()).isEqualTo(-1);
		}
		await().until(() -> descriptors("[io_uring]") <= rings && descriptors("[eventfd]") <= events
				&& descriptors("socket:") <= sockets);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theEndThatComesWithDataIsNoticed(boolean reset) throws Exception {
		EventLoops loops = EventLoops.shared(EventLoopTransport.IO_URING, 1, "ends");
		BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
		Channel server = new ServerBootstrap().group(loops.group())
			.channelFactory(loops::newServerSocket)
			.childHandler(new Dropping(accepted))
			.bind(InetAddress.getLoopbackAddress(), 0)
			.sync()
			.channel();
		CountDownLatch sent = new CountDownLatch(1);
		Socket socket = new Socket(InetAddress.getLoopbackAddress(),
				((InetSocketAddress) server.localAddress()).getPort());
		try {
			Channel channel = accepted.poll(30, TimeUnit.SECONDS);
			assertThat(channel).isNotNull();
			// Both are there when the loop looks the next time.
			Future<Boolean> busy = loops.group().submit(() -> sent.await(30, TimeUnit.SECONDS));
			socket.getOutputStream().write(new byte[10]);
			if (reset) {
				socket.setSoLinger(true, 0);
			}
			socket.close();
			sent.countDown();
			assertThat(busy.get(30, TimeUnit.SECONDS)).isTrue();
			assertThat(channel.closeFuture().await(30, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			socket.close();
			server.close().sync();
			loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
		}
	}

	private static Channel listen(EventLoops loops) throws Exception {
		return new ServerBootstrap().group(loops.group())
			.channelFactory(loops::newServerSocket)
			.childHandler(new Echo())
			.bind(InetAddress.getLoopbackAddress(), 0)
			.sync()
			.channel();
	}

	/**
	 * Counts the open files of this process, of which the names have this part.
	 */
	private static long descriptors(String part) {
		try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
			return files.filter((file) -> target(file).contains(part)).count();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String target(Path file) {
		try {
			return Files.readSymbolicLink(file).toString();
		}
		catch (IOException ex) {
			// Closed meanwhile.
			return "";
		}
	}

	/**
	 * Reads, and drops what it has read.
	 */
	private static final class Dropping extends ChannelInboundHandlerAdapter {

		private final Queue<Channel> accepted;

		Dropping(Queue<Channel> accepted) {
			this.accepted = accepted;
		}

		@Override
		public boolean isSharable() {
			return true;
		}

		@Override
		public void channelActive(ChannelHandlerContext ctx) {
			this.accepted.add(ctx.channel());
		}

		@Override
		public void channelRead(ChannelHandlerContext ctx, Object message) {
			((ByteBuf) message).release();
		}

		@Override
		@SuppressWarnings("deprecation")
		public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
			// The end follows.
		}

	}

	private static final class Echo extends ChannelInboundHandlerAdapter {

		@Override
		public boolean isSharable() {
			return true;
		}

		@Override
		public void channelRead(ChannelHandlerContext ctx, Object message) {
			ctx.writeAndFlush((ByteBuf) message);
		}

	}

}
