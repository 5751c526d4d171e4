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

import io.natsproxy.broker.BrokerOptions;
import io.natsproxy.broker.EmbeddedNatsBroker;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A NATS server for a test: the embedded broker, or the binary that the system property
 * {@code natsproxy.test.nats-server} names.
 */
final class TestServer implements AutoCloseable {

	private static final @Nullable String BINARY = System.getProperty("natsproxy.test.nats-server");

	private final int port;

	private final Runnable stop;

	private TestServer(int port, Runnable stop) {
		this.port = port;
		this.stop = stop;
	}

	static TestServer start() {
		return start(freePort(), null);
	}

	static TestServer start(int port, @Nullable String token) {
		TestServer server = (BINARY != null) ? startBinary(BINARY, port, token) : startEmbedded(port, token);
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(server::accepts);
		return server;
	}

	private static TestServer startEmbedded(int port, @Nullable String token) {
		EmbeddedNatsBroker broker = EmbeddedNatsBroker.create(BrokerOptions.builder().port(port).token(token).build());
		broker.start();
		return new TestServer(port, broker::stop);
	}

	private static TestServer startBinary(String binary, int port, @Nullable String token) {
		List<String> command = new ArrayList<>(List.of(binary, "-a", "127.0.0.1", "-p", String.valueOf(port)));
		if (token != null) {
			command.addAll(List.of("--auth", token));
		}
		try {
			Path log = Files.createTempFile("nats-server", ".log");
			log.toFile().deleteOnExit();
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(log.toFile())
				.start();
			return new TestServer(port, () -> {
				process.destroyForcibly();
				process.onExit().join();
			});
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A port that nothing listens on.
	 */
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
		this.stop.run();
	}

}
