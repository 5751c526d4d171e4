package io.natsproxy.it.torture;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * A connection that is kept alive, as that of a browser or a proxy: not used again when
 * the server has said that it closes it, or has closed it.
 */
final class LoadConnection implements AutoCloseable {

	private static final int PATIENCE_MILLIS = 20_000;

	private static final int PIECE = 64 * 1024;

	private final Socket socket = new Socket();

	private final InputStream input;

	private boolean reusable = true;

	/**
	 * Connects.
	 * @throws java.net.ConnectException if nobody listens
	 */
	LoadConnection(int port) throws IOException {
		this.socket.setTcpNoDelay(true);
		this.socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
		this.socket.setSoTimeout(PATIENCE_MILLIS);
		this.input = new BufferedInputStream(this.socket.getInputStream(), PIECE);
	}

	/**
	 * Whether another request may be sent.
	 */
	boolean isReusable() throws IOException {
		return this.reusable && !isEnded();
	}

	private boolean isEnded() throws IOException {
		this.socket.setSoTimeout(1);
		try {
			// Nothing is due, so whatever can be read is the end.
			this.input.read();
			return true;
		}
		catch (SocketTimeoutException ex) {
			return false;
		}
		catch (IOException ex) {
			return true;
		}
		finally {
			this.socket.setSoTimeout(PATIENCE_MILLIS);
		}
	}

	Response get(String target, long pauseMillis) throws IOException {
		send("GET " + target + " HTTP/1.1\r\nHost: torture\r\n\r\n", new byte[0], 0);
		return read(pauseMillis);
	}

	Response post(String target, byte[] body, long pauseMillis) throws IOException {
		send("POST " + target + " HTTP/1.1\r\nHost: torture\r\nContent-Type: application/octet-stream\r\n"
				+ "Content-Length: " + body.length + "\r\n\r\n", body, pauseMillis);
		return read(0);
	}

	private void send(String head, byte[] body, long pauseMillis) throws IOException {
		ByteArrayOutputStream first = new ByteArrayOutputStream();
		first.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
		int sent = Math.min(body.length, PIECE);
		first.write(body, 0, sent);
		this.socket.getOutputStream().write(first.toByteArray());
		while (sent < body.length) {
			pause(pauseMillis);
			int length = Math.min(body.length - sent, PIECE);
			this.socket.getOutputStream().write(body, sent, length);
			sent += length;
		}
	}

	private Response read(long pauseMillis) throws IOException {
		String[] status = line().split(" ", 3);
		Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		for (String line = line(); !line.isEmpty(); line = line()) {
			int colon = line.indexOf(':');
			headers.put(line.substring(0, colon), line.substring(colon + 1).trim());
		}
		String length = headers.get("Content-Length");
		if (length == null) {
			throw new IOException("No length of the body: " + headers);
		}
		byte[] body = new byte[Integer.parseInt(length)];
		for (int read = 0; read < body.length;) {
			int piece = Math.min(body.length - read, PIECE);
			if (this.input.readNBytes(body, read, piece) < piece) {
				throw new EOFException("The body broke off");
			}
			read += piece;
			pause(pauseMillis);
		}
		if ("close".equalsIgnoreCase(headers.get("Connection"))) {
			this.reusable = false;
		}
		return new Response(Integer.parseInt(status[1]), body);
	}

	private static void pause(long millis) throws IOException {
		if (millis > 0) {
			try {
				Thread.sleep(millis);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IOException(ex);
			}
		}
	}

	private String line() throws IOException {
		StringBuilder line = new StringBuilder();
		for (int c = this.input.read(); c != '\n'; c = this.input.read()) {
			if (c < 0) {
				throw new EOFException("The connection ended after '" + line + "'");
			}
			line.append((char) c);
		}
		return line.substring(0, line.length() - 1);
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			// It is not used any more.
		}
	}

	/**
	 * A whole response.
	 */
	record Response(int status, byte[] body) {

		String text() {
			return new String(this.body, StandardCharsets.UTF_8);
		}

	}

}
