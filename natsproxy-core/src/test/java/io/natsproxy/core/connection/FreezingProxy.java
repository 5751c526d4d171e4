package io.natsproxy.core.connection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between clients and a server, and can stop to pass anything on, without ending
 * any connection: as a server does that is suspended.
 */
final class FreezingProxy implements AutoCloseable {

	private final ServerSocket listener;

	private final int port;

	private final List<Socket> sockets = new CopyOnWriteArrayList<>();

	private boolean frozen;

	/**
	 * Creates a proxy on a free port.
	 * @param port the port of the server
	 */
	FreezingProxy(int port) {
		this.port = port;
		try {
			this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start(this::accept);
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "freezing-proxy");
		thread.setDaemon(true);
		thread.start();
	}

	String url() {
		return "nats://127.0.0.1:" + this.listener.getLocalPort();
	}

	synchronized void freeze(boolean frozen) {
		this.frozen = frozen;
		notifyAll();
	}

	private synchronized void awaitThaw() throws IOException {
		try {
			while (this.frozen) {
				wait();
			}
		}
		catch (InterruptedException ex) {
			throw new IOException(ex);
		}
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.listener.accept();
				Socket server = new Socket(InetAddress.getLoopbackAddress(), this.port);
				this.sockets.addAll(List.of(client, server));
				start(() -> pass(client, server));
				start(() -> pass(server, client));
			}
		}
		catch (IOException ex) {
			// Closed.
		}
	}

	private void pass(Socket from, Socket to) {
		byte[] buffer = new byte[8192];
		try (from; to) {
			for (int read = from.getInputStream().read(buffer); read >= 0; read = from.getInputStream().read(buffer)) {
				awaitThaw();
				to.getOutputStream().write(buffer, 0, read);
			}
		}
		catch (IOException ex) {
			// One of them has ended.
		}
	}

	@Override
	public void close() throws IOException {
		freeze(false);
		this.listener.close();
		for (Socket socket : this.sockets) {
			socket.close();
		}
	}

}
