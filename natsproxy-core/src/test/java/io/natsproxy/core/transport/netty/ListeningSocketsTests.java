package io.natsproxy.core.transport.netty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

import io.netty.channel.Channel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ListeningSockets}.
 */
class ListeningSocketsTests {

	private final EventLoops loops = EventLoops.shared(EventLoopTransport.byDefault(), 1, "listening");

	private final ListeningSockets sockets = new ListeningSockets();

	private final AcceptedConnections accepted = new AcceptedConnections();

	@AfterEach
	void stop() {
		this.loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
	}

	@Test
	void acceptingThatStaysPausedIsResumed() throws Exception {
		Channel server = this.accepted.listen(this.loops.group(), this.loops::newServerSocket);
		this.sockets.add(server);
		int port = ((InetSocketAddress) server.localAddress()).getPort();
		server.config().setAutoRead(false);
		// What is accepted already may still come.
		server.eventLoop().submit(() -> {
		}).get(30, TimeUnit.SECONDS);
		int before = this.accepted.count();
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			this.sockets.resumePaused();
			assertThat(server.config().isAutoRead()).isFalse();
			this.sockets.resumePaused();
			assertThat(server.config().isAutoRead()).isTrue();
			assertThat(socket.isConnected()).isTrue();
			await().until(() -> this.accepted.count() > before);
		}
	}

	@Test
	void socketThatIsClosedIsLeftAlone() throws Exception {
		Channel server = this.accepted.listen(this.loops.group(), this.loops::newServerSocket);
		this.sockets.add(server);
		server.config().setAutoRead(false);
		server.close().sync();
		this.sockets.resumePaused();
		this.sockets.resumePaused();
		assertThat(server.config().isAutoRead()).isFalse();
	}

}
