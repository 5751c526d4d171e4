package io.natsproxy.benchmarks.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RelayTests {

	private static final Duration ONE_WAY = Duration.ofMillis(50);

	private static final int SOCKET_TIMEOUT_MILLIS = 30_000;

	private final Relay relay = new Relay(ONE_WAY, 64 * 1024);

	private ServerSocket server;

	private Socket client;

	private Socket service;

	@BeforeEach
	void connect() throws Exception {
		this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
		this.server.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
		InetSocketAddress entrance = this.relay.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
				(InetSocketAddress) this.server.getLocalSocketAddress());
		this.client = new Socket(entrance.getAddress(), entrance.getPort());
		this.client.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
		this.service = this.server.accept();
		this.service.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
	}

	@AfterEach
	void close() throws Exception {
		this.client.close();
		this.service.close();
		this.server.close();
		this.relay.close();
	}

	@Test
	void bytesArriveNoEarlierThanAfterTheDelay() throws Exception {
		long begin = System.nanoTime();
		this.client.getOutputStream().write(1);
		assertThat(this.service.getInputStream().read()).isEqualTo(1);
		this.service.getOutputStream().write(2);
		assertThat(this.client.getInputStream().read()).isEqualTo(2);
		assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(ONE_WAY.multipliedBy(2).toNanos());
	}

	@Test
	void allBytesArriveInTheirOrderThoughFewMayWait() throws Exception {
		byte[] bytes = new byte[1024 * 1024];
		new Random(1).nextBytes(bytes);
		CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(this.client, bytes));
		assertThat(this.service.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
		sending.join();
	}

	@Test
	void bothConnectionsEndWhenTheClientEndsWithinTheDelay() throws Exception {
		this.client.getOutputStream().write(new byte[] { 1, 2, 3 });
		this.client.close();

		assertThat(this.service.getInputStream().readAllBytes()).containsExactly(1, 2, 3);
	}

	@Test
	void bothConnectionsEndWhenTheServiceEnds() throws Exception {
		this.service.getOutputStream().write(7);
		this.service.close();
		assertThat(this.client.getInputStream().readAllBytes()).containsExactly(7);
	}

	@Test
	void aConnectionThatLeadsNowhereIsClosed() throws Exception {
		int closedPort;
		try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			closedPort = closed.getLocalPort();
		}
		InetSocketAddress entrance = this.relay.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
				new InetSocketAddress(InetAddress.getLoopbackAddress(), closedPort));
		try (Socket lost = new Socket(entrance.getAddress(), entrance.getPort())) {
			lost.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
			assertThat(lost.getInputStream().read()).isEqualTo(-1);
		}
	}

	private static void send(Socket socket, byte[] bytes) {
		try {
			socket.getOutputStream().write(bytes);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
