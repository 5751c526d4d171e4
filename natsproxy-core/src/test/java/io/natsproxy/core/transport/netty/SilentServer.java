package io.natsproxy.core.transport.netty;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.nats.client.Connection;
import io.nats.client.Options;
import io.natsproxy.core.connection.NatsConnector;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server to which one connection logs in, and which takes nothing more until it is told
 * to.
 */
final class SilentServer implements AutoCloseable {

	private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

	private final Connection connection;

	private final Socket socket;

	/**
	 * Starts the server, and connects.
	 * @param connector makes the connection
	 * @param options the options, without a server
	 * @param maxPayload length of the longest message in bytes
	 */
	SilentServer(NatsConnector connector, Options.Builder options, int maxPayload) throws Exception {
		CompletableFuture<Connection> connecting = CompletableFuture.supplyAsync(() -> connector
			.connectNow(options.server("nats://127.0.0.1:" + this.listening.getLocalPort()).build()));
		this.socket = this.listening.accept();
		logIn(maxPayload);
		this.connection = connecting.get(30, TimeUnit.SECONDS);
	}

	/**
	 * Plays a server up to the point where the connection counts as made.
	 */
	private void logIn(int maxPayload) throws IOException {
		OutputStream out = this.socket.getOutputStream();
		out.write(("INFO {\"server_id\":\"x\",\"version\":\"2.10.0\",\"proto\":1,\"headers\":true,\"max_payload\":"
				+ maxPayload + "}\r\n")
			.getBytes(StandardCharsets.UTF_8));
		BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.socket.getInputStream(), StandardCharsets.UTF_8));
		assertThat(reader.readLine()).startsWith("CONNECT {");
		assertThat(reader.readLine()).isEqualTo("PING");
		out.write("PONG\r\n".getBytes(StandardCharsets.UTF_8));
	}

	Connection connection() {
		return this.connection;
	}

	/**
	 * Takes whatever comes from now on.
	 */
	void readOn() {
		Thread thread = new Thread(() -> {
			try (InputStream in = this.socket.getInputStream()) {
				in.transferTo(OutputStream.nullOutputStream());
			}
			catch (IOException ex) {
				// The connection has been closed.
			}
		}, "reading-server");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
		this.listening.close();
	}

}
