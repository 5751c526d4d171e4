package io.natsproxy.core.connection;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A NATS client that sends whatever it is told to, one character being one byte.
 */
final class RawClient implements AutoCloseable {

	private final Socket socket;

	private final BufferedReader reader;

	RawClient(int port) throws IOException {
		this.socket = new Socket("127.0.0.1", port);
		this.socket.setSoTimeout(10_000);
		this.reader = new BufferedReader(
				new InputStreamReader(this.socket.getInputStream(), StandardCharsets.ISO_8859_1));
		send("CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"no_responders\":true,\"protocol\":1}\r\n");
		answer();
	}

	void send(String bytes) throws IOException {
		this.socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
		this.socket.getOutputStream().flush();
	}

	/**
	 * What the server has to say to what was sent: "PONG" or an error.
	 */
	String answer() throws IOException {
		send("PING\r\n");
		String line = this.reader.readLine();
		while (line != null && line.startsWith("INFO")) {
			line = this.reader.readLine();
		}
		return String.valueOf(line);
	}

	void publish(String subject, String headers, String data) throws IOException {
		send("HPUB " + subject + " " + headers.length() + " " + (headers.length() + data.length()) + "\r\n" + headers
				+ data + "\r\n");
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
