package io.natsproxy.agent;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An upstream that writes whatever a test wants, to the byte.
 */
final class RawUpstream implements AutoCloseable {

	private final ServerSocket server;

	private final Script script;

	private final List<String> heads = new CopyOnWriteArrayList<>();

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	RawUpstream(Script script) throws IOException {
		this.script = script;
		this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		start(this::accept);
	}

	/**
	 * Answers every request of a connection with the same bytes.
	 */
	static RawUpstream answering(String response) throws IOException {
		return new RawUpstream((connection) -> {
			while (connection.readHead() != null) {
				connection.write(response);
			}
		});
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "raw-upstream");
		thread.setDaemon(true);
		thread.start();
	}

	private void accept() {
		try {
			while (true) {
				Socket socket = this.server.accept();
				this.sockets.add(socket);
				start(() -> serve(socket));
			}
		}
		catch (IOException ex) {
			// Closed.
		}
	}

	private void serve(Socket socket) {
		try (socket) {
			this.script.run(new Connection(socket));
		}
		catch (IOException ex) {
			// The agent has closed the connection.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	int port() {
		return this.server.getLocalPort();
	}

	/**
	 * Returns the heads of all requests that have come.
	 */
	List<String> heads() {
		return this.heads;
	}

	int connections() {
		return this.sockets.size();
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		for (Socket socket : this.sockets) {
			socket.close();
		}
	}

	/**
	 * Plays the server of one connection, which is closed at the end.
	 */
	interface Script {

		void run(Connection connection) throws IOException, InterruptedException;

	}

	/**
	 * A connection of the agent.
	 */
	final class Connection {

		private final Socket socket;

		private final InputStream input;

		private Connection(Socket socket) throws IOException {
			this.socket = socket;
			this.input = new BufferedInputStream(socket.getInputStream());
		}

		/**
		 * Reads up to the empty line.
		 * @return the head, or {@code null} at the end of the connection
		 */
		String readHead() throws IOException {
			StringBuilder head = new StringBuilder();
			while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
				int octet = this.input.read();
				if (octet < 0) {
					return null;
				}
				head.append((char) octet);
			}
			RawUpstream.this.heads.add(head.toString());
			return head.toString();
		}

		void write(String text) throws IOException {
			this.socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
			this.socket.getOutputStream().flush();
		}

		InputStream input() {
			return this.input;
		}

		/**
		 * Waits until the agent closes the connection.
		 */
		void awaitEnd() throws IOException {
			while (this.input.read() >= 0) {
				// Dropped.
			}
		}

	}

}
