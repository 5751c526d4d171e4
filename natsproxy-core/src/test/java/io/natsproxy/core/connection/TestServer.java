package io.natsproxy.core.connection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.awaitility.Awaitility;

/**
 * A NATS server for a test: the binary that the system property
 * {@code natsproxy.test.nats-server} names.
 */
final class TestServer implements AutoCloseable {

	private final Process process;

	private final int port;

	private TestServer(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	static TestServer start(int port, String... arguments) {
		String binary = System.getProperty("natsproxy.test.nats-server");
		List<String> command = new ArrayList<>(List.of(binary, "-a", "127.0.0.1", "-p", String.valueOf(port)));
		command.addAll(List.of(arguments));
		try {
			Path log = Files.createTempFile("nats-server", ".log");
			log.toFile().deleteOnExit();
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(log.toFile())
				.start();
			TestServer server = new TestServer(process, port);
			Awaitility.await().atMost(Duration.ofSeconds(10)).until(server::accepts);
			return server;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private boolean accepts() {
		try (Socket socket = new Socket("127.0.0.1", this.port)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

	String url() {
		return "nats://127.0.0.1:" + this.port;
	}

	int port() {
		return this.port;
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		this.process.onExit().join();
	}

}
