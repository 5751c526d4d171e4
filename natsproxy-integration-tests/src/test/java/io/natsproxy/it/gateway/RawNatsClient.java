package io.natsproxy.it.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

import io.natsproxy.test.TestBroker;

/**
 * A NATS client that publishes whatever it is told to, one character being one byte.
 */
public final class RawNatsClient implements AutoCloseable {

	private final Socket socket;

	private final BufferedReader reader;

	public RawNatsClient(TestBroker broker) {
		try {
			this.socket = new Socket("127.0.0.1", URI.create(broker.url()).getPort());
			this.socket.setSoTimeout(10_000);
			this.reader = new BufferedReader(
					new InputStreamReader(this.socket.getInputStream(), StandardCharsets.ISO_8859_1));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		send("CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"no_responders\":true,\"protocol\":1}\r\n");
	}

	public RawNatsClient publish(String subjects, String headers, String data) {
		send("HPUB " + subjects + " " + headers.length() + " " + (headers.length() + data.length()) + "\r\n" + headers
				+ data + "\r\n");
		return this;
	}

	/**
	 * Waits until the broker has taken everything.
	 */
	public void flush() {
		try {
			send("PING\r\n");
			String line = this.reader.readLine();
			while (line != null && !line.equals("PONG")) {
				if (line.startsWith("-ERR")) {
					throw new IllegalStateException(line);
				}
				line = this.reader.readLine();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void send(String bytes) {
		try {
			this.socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
			this.socket.getOutputStream().flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
