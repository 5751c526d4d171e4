package io.natsproxy.core.transport.netty;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Speaks TLS in front of a broker that does not, as a NATS server does: after the INFO
 * line, or from the start.
 */
final class TlsFront implements AutoCloseable {

	private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final AtomicInteger handshakes = new AtomicInteger();

	private final SSLContext context;

	private final boolean first;

	private final int brokerPort;

	TlsFront(String brokerUrl, SSLContext context, boolean first) throws IOException {
		this.brokerPort = URI.create(brokerUrl).getPort();
		this.context = context;
		this.first = first;
		this.threads.execute(this::accept);
	}

	String url() {
		return "nats://127.0.0.1:" + this.listener.getLocalPort();
	}

	int handshakes() {
		return this.handshakes.get();
	}

	private void accept() {
		try {
			while (!this.listener.isClosed()) {
				Socket client = this.listener.accept();
				this.threads.execute(() -> serve(client));
			}
		}
		catch (IOException ex) {
			close();
		}
	}

	private void serve(Socket client) {
		try (client; Socket broker = new Socket("127.0.0.1", this.brokerPort)) {
			String info = readLine(broker.getInputStream()).replaceFirst("\\{", "{\"tls_required\":true,");
			if (!this.first) {
				write(client.getOutputStream(), info);
			}
			try (SSLSocket secure = (SSLSocket) this.context.getSocketFactory().createSocket(client, "", 0, true)) {
				secure.setUseClientMode(false);
				secure.startHandshake();
				this.handshakes.incrementAndGet();
				if (this.first) {
					write(secure.getOutputStream(), info);
				}
				this.threads.execute(() -> copy(secure, broker));
				copy(broker, secure);
			}
		}
		catch (IOException ex) {
			// The client has gone, or does not trust us; or there is no broker.
		}
	}

	private static void copy(Socket from, Socket to) {
		try (from; to) {
			from.getInputStream().transferTo(to.getOutputStream());
		}
		catch (IOException ex) {
			// Either end has closed the connection, and now both have.
		}
	}

	private static String readLine(InputStream in) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int read = in.read(); read >= 0; read = in.read()) {
			line.write(read);
			if (read == '\n') {
				return line.toString(StandardCharsets.UTF_8);
			}
		}
		throw new IOException("The broker has closed the connection");
	}

	private static void write(OutputStream out, String text) throws IOException {
		out.write(text.getBytes(StandardCharsets.UTF_8));
		out.flush();
	}

	@Override
	public void close() {
		try {
			this.listener.close();
		}
		catch (IOException ex) {
			// It does not listen any more.
		}
		this.threads.shutdownNow();
	}

}
