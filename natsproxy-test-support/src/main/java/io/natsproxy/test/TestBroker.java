package io.natsproxy.test;

import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * A NATS server for a test, on a free port of the loopback interface: the embedded
 * broker, or the program that the system property {@value #SERVER_PROPERTY} names, so
 * that the same tests tell whether the two differ.
 *
 * <pre>{@code
 * try (TestBroker broker = TestBroker.start()) {
 *     Connection connection = Nats.connect(broker.url());
 * }
 * }</pre>
 */
public sealed interface TestBroker extends AutoCloseable permits EmbeddedTestBroker, ServerProcess {

	/**
	 * System property with the path of a {@code nats-server} to be used in place of the
	 * embedded broker.
	 */
	String SERVER_PROPERTY = "natsproxy.test.nats-server";

	/**
	 * Starts a broker, and returns when clients can connect.
	 * @return the broker, to be closed by its owner
	 */
	static TestBroker start() {
		String server = System.getProperty(SERVER_PROPERTY, "");
		return server.isEmpty() ? new EmbeddedTestBroker() : new ServerProcess(server);
	}

	/**
	 * Starts a server with a configuration, and returns when clients can connect.
	 * @param configuration the file, without an address and a port
	 * @return the server, to be closed by its owner
	 * @throws IllegalStateException if {@link #isServer()} is {@code false}
	 */
	static TestBroker start(Path configuration) {
		String server = System.getProperty(SERVER_PROPERTY, "");
		if (server.isEmpty()) {
			throw new IllegalStateException("The embedded broker has no configuration");
		}
		return new ServerProcess(server, "-c", configuration.toString());
	}

	/**
	 * Starts a server with JetStream, and returns when clients can connect. What it
	 * stores survives a restart, and is removed when it is closed.
	 * @return the server, to be closed by its owner
	 * @throws IllegalStateException if {@link #isServer()} is {@code false}
	 */
	static TestBroker startJetStream() {
		String server = System.getProperty(SERVER_PROPERTY, "");
		if (server.isEmpty()) {
			throw new IllegalStateException("The embedded broker has no JetStream");
		}
		return ServerProcess.withJetStream(server);
	}

	/**
	 * Tells whether brokers are real servers, which have permissions and accounts.
	 * @return whether the system property names one
	 */
	static boolean isServer() {
		return !System.getProperty(SERVER_PROPERTY, "").isEmpty();
	}

	/**
	 * Lets the server read its configuration again.
	 * @throws UnsupportedOperationException if it has none
	 */
	default void reload() {
		throw new UnsupportedOperationException("The embedded broker has no configuration");
	}

	/**
	 * Returns where clients find the broker.
	 * @return a URL, the same for as long as the broker is not closed
	 */
	String url();

	/**
	 * Stops the broker, which closes all connections, until it is restarted.
	 */
	void stop();

	/**
	 * Stops the broker if it is running, and starts it on the port that it had.
	 */
	void restart();

	/**
	 * Returns how many subscriptions there are.
	 * @return the number, where the broker tells it
	 */
	default OptionalInt subscriptions() {
		return OptionalInt.empty();
	}

	/**
	 * Stops the broker for good.
	 */
	@Override
	void close();

}
