package io.natsproxy.broker;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/**
 * A client that sends any bytes and shows what comes back. Text stands for bytes in ISO
 * 8859-1.
 */
final class RawClient implements AutoCloseable {

	/** Stands in the answers for the end of the connection. */
	static final String CLOSED = "<closed>";

	private final Socket socket = new Socket();

	private final InputStream in;

	private final String info;

	RawClient(int port) {
		this(port, 0);
	}

	/**
	 * Connect.
	 * @param receiveBuffer the size of the receive buffer in bytes, 0 for the default
	 */
	RawClient(int port, int receiveBuffer) {
		try {
			if (receiveBuffer > 0) {
				this.socket.setReceiveBufferSize(receiveBuffer);
			}
			this.socket.setTcpNoDelay(true);
			this.socket.setSoTimeout(15_000);
			this.socket.connect(new InetSocketAddress("127.0.0.1", port));
			this.in = new BufferedInputStream(this.socket.getInputStream());
			this.info = line();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String info() {
		return this.info;
	}

	RawClient send(String text) {
		try {
			this.socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
			return this;
		}
		catch (SocketException ex) {
			// The server has closed: the answer tells.
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Sends, and returns all that the server has to say to it: what comes before the
	 * {@code PONG} of one more {@code PING}, or before the connection ends.
	 */
	String talk(String text) {
		return send(text + "PING\r\n").answerUntil("PONG");
	}

	/**
	 * Reads the next line, with its end, or {@link #CLOSED}.
	 */
	String line() {
		StringBuilder line = new StringBuilder();
		try {
			while (!isComplete(line)) {
				int character = this.in.read();
				if (character < 0) {
					return line + CLOSED;
				}
				line.append((char) character);
			}
		}
		catch (SocketException ex) {
			return line + CLOSED;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return line.toString();
	}

	private static boolean isComplete(StringBuilder line) {
		int length = line.length();
		return length > 1 && line.charAt(length - 1) == '\n' && line.charAt(length - 2) == '\r';
	}

	/**
	 * Reads up to a line, which is not returned, or to the end of the connection. Pings
	 * of the server are left out.
	 */
	String answerUntil(String last) {
		StringBuilder answer = new StringBuilder();
		while (true) {
			String line = line();
			if (line.equals(last + "\r\n")) {
				return answer.toString();
			}
			if (!line.equals("PING\r\n")) {
				answer.append(line);
			}
			if (line.endsWith(CLOSED)) {
				return answer.toString();
			}
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
