package io.natsproxy.test;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * Stands before a broker and permits less than it does, with the errors of a
 * {@code nats-server}, whichever broker it is. What is permitted may be changed at any
 * time; a subscription that stands is not taken away.
 */
public final class PermissionFront implements AutoCloseable {

	private final URI broker;

	private final ServerSocket listener;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final List<String> denied = new CopyOnWriteArrayList<>();

	private volatile Predicate<String> publish = (subject) -> true;

	private volatile Predicate<String> subscribe = (subject) -> true;

	/**
	 * Creates a front on a free port of the loopback interface.
	 * @param broker what stands behind it; not closed by this object
	 */
	public PermissionFront(TestBroker broker) {
		this.broker = URI.create(broker.url());
		try {
			this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start(this::accept);
	}

	/**
	 * Returns where clients find the front.
	 * @return a URL
	 */
	public String url() {
		return "nats://127.0.0.1:" + this.listener.getLocalPort();
	}

	/**
	 * Sets what may be published.
	 * @param permitted whether a message may be published to a subject
	 */
	public void permitPublish(Predicate<String> permitted) {
		this.publish = permitted;
	}

	/**
	 * Sets what may be subscribed to.
	 * @param permitted whether a subject may be subscribed to
	 */
	public void permitSubscribe(Predicate<String> permitted) {
		this.subscribe = permitted;
	}

	/**
	 * Returns what was denied so far.
	 * @return subjects, in their order
	 */
	public List<String> denied() {
		return List.copyOf(this.denied);
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "permission-front");
		thread.setDaemon(true);
		thread.start();
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.listener.accept();
				Socket server = new Socket(this.broker.getHost(), this.broker.getPort());
				this.sockets.add(client);
				this.sockets.add(server);
				client.setTcpNoDelay(true);
				server.setTcpNoDelay(true);
				OutputStream toClient = client.getOutputStream();
				start(() -> pump(client, server, (in) -> fromClient(in, server.getOutputStream(), toClient)));
				start(() -> pump(server, client, (in) -> fromServer(in, toClient)));
			}
		}
		catch (IOException ex) {
			// Closed.
		}
	}

	private void pump(Socket from, Socket to, Units units) {
		try (from; to; InputStream in = new BufferedInputStream(from.getInputStream(), 64 * 1024)) {
			while (true) {
				units.pass(in);
			}
		}
		catch (IOException ex) {
			// One of the two has gone.
		}
		finally {
			this.sockets.remove(from);
			this.sockets.remove(to);
		}
	}

	private void fromClient(InputStream in, OutputStream server, OutputStream client) throws IOException {
		String line = readLine(in);
		String[] words = line.strip().split(" +");
		switch (words[0]) {
			case "PUB", "HPUB" -> {
				byte[] rest = in.readNBytes(Integer.parseInt(words[words.length - 1]) + 2);
				if (this.publish.test(words[1])) {
					write(server, line, rest);
				}
				else {
					deny(client, words[1], "Publish to \"" + quote(words[1]) + "\"");
				}
			}
			case "SUB" -> {
				if (this.subscribe.test(words[1])) {
					write(server, line, new byte[0]);
				}
				else {
					String group = (words.length == 4) ? " using queue \"" + words[2] + "\"" : "";
					deny(client, words[1], "Subscription to \"" + quote(words[1]) + "\"" + group);
				}
			}
			default -> write(server, line, new byte[0]);
		}
	}

	private static String quote(String subject) {
		return subject.replace("\\", "\\\\").replace("\"", "\\\"");
	}

	private void deny(OutputStream client, String subject, String action) throws IOException {
		this.denied.add(subject);
		write(client, "-ERR 'Permissions Violation for " + action + "'\r\n", new byte[0]);
	}

	private void fromServer(InputStream in, OutputStream client) throws IOException {
		String line = readLine(in);
		String[] words = line.strip().split(" +");
		boolean message = words[0].equals("MSG") || words[0].equals("HMSG");
		write(client, line, message ? in.readNBytes(Integer.parseInt(words[words.length - 1]) + 2) : new byte[0]);
	}

	private static void write(OutputStream out, String line, byte[] rest) throws IOException {
		ByteArrayOutputStream unit = new ByteArrayOutputStream(line.length() + rest.length);
		unit.writeBytes(line.getBytes(StandardCharsets.ISO_8859_1));
		unit.writeBytes(rest);
		synchronized (out) {
			out.write(unit.toByteArray());
			out.flush();
		}
	}

	private static String readLine(InputStream in) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int octet = in.read(); octet != '\n'; octet = in.read()) {
			if (octet < 0) {
				throw new IOException("Closed");
			}
			line.write(octet);
		}
		line.write('\n');
		return line.toString(StandardCharsets.ISO_8859_1);
	}

	/**
	 * Ends the connections of all clients, which may connect again.
	 */
	public void disconnect() {
		try {
			for (Socket socket : this.sockets) {
				socket.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		try {
			this.listener.close();
			for (Socket socket : this.sockets) {
				socket.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Passes on what one side sends, a line or a message at a time.
	 */
	@FunctionalInterface
	private interface Units {

		void pass(InputStream in) throws IOException;

	}

}
