package io.natsproxy.it.gateway;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An HTTP client that sends whatever it is told to, one character being one byte, and
 * reads responses strictly.
 */
public final class RawHttpClient implements AutoCloseable {

	private static final int PATIENCE_MILLIS = 30_000;

	private final Socket socket;

	private final InputStream input;

	public RawHttpClient(int port) {
		this(port, 0);
	}

	/**
	 * Creates a client whose socket buffers little.
	 * @param bufferSize size of the buffers in bytes, or 0 for what is usual
	 */
	public RawHttpClient(int port, int bufferSize) {
		this(port, bufferSize, "127.0.0.1");
	}

	/**
	 * Creates a client of another address.
	 * @param address an address of the loopback interface
	 */
	public RawHttpClient(int port, int bufferSize, String address) {
		try {
			this.socket = new Socket();
			this.socket.bind(new InetSocketAddress(address, 0));
			if (bufferSize > 0) {
				this.socket.setReceiveBufferSize(bufferSize);
				this.socket.setSendBufferSize(bufferSize);
			}
			this.socket.setSoTimeout(PATIENCE_MILLIS);
			this.socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
			this.input = new BufferedInputStream(this.socket.getInputStream());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Sends one request on a connection of its own, and reads the response.
	 */
	public static Response exchange(int port, String request) {
		try (RawHttpClient client = new RawHttpClient(port)) {
			return client.send(request).read(request.startsWith("HEAD "));
		}
	}

	public static Response get(int port, String target, String... headers) {
		return exchange(port, request("GET", target, headers));
	}

	/**
	 * A request without a body.
	 */
	public static String request(String method, String target, String... headers) {
		StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: example.com\r\n");
		for (String header : headers) {
			request.append(header).append("\r\n");
		}
		return request.append("\r\n").toString();
	}

	public static String post(String target, String body, String... headers) {
		StringBuilder request = new StringBuilder("POST " + target + " HTTP/1.1\r\nHost: example.com\r\n");
		for (String header : headers) {
			request.append(header).append("\r\n");
		}
		return request.append("Content-Length: " + body.length() + "\r\n\r\n" + body).toString();
	}

	public RawHttpClient send(String bytes) {
		return send(bytes.getBytes(StandardCharsets.ISO_8859_1));
	}

	public RawHttpClient send(byte[] bytes) {
		try {
			this.socket.getOutputStream().write(bytes);
			this.socket.getOutputStream().flush();
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public Response read() {
		return read(false);
	}

	public Response read(boolean head) {
		try {
			String[] status = line().split(" ", 3);
			Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
			for (String line = line(); !line.isEmpty(); line = line()) {
				int colon = line.indexOf(':');
				headers.computeIfAbsent(line.substring(0, colon), (name) -> new ArrayList<>())
					.add(line.substring(colon + 1).trim());
			}
			int code = Integer.parseInt(status[1]);
			boolean bodiless = head || code < 200 || code == 204 || code == 304;
			return new Response(status[0], code, headers, bodiless ? new byte[0] : body(headers));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Reads so many bytes of whatever comes.
	 */
	public byte[] readBytes(int count) {
		try {
			return this.input.readNBytes(count);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private byte[] body(Map<String, List<String>> headers) throws IOException {
		if (headers.containsKey("Content-Length")) {
			int length = Integer.parseInt(String.join(",", headers.get("Content-Length")));
			byte[] body = this.input.readNBytes(length);
			if (body.length < length) {
				throw new EOFException("The body ended after " + body.length + " of " + length + " bytes");
			}
			return body;
		}
		if (!headers.containsKey("Transfer-Encoding")) {
			return this.input.readAllBytes();
		}
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
			body.write(this.input.readNBytes(size));
			line();
		}
		line();
		return body.toByteArray();
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

	/**
	 * Waits for the server to close the connection.
	 * @return whether it did so without sending anything more
	 */
	public boolean isClosed() {
		try {
			return this.input.read() < 0;
		}
		catch (java.net.SocketTimeoutException ex) {
			return false;
		}
		catch (IOException ex) {
			// A reset is an end too.
			return true;
		}
	}

	/**
	 * Ends what this client sends, and goes on reading.
	 */
	public void shutdownOutput() {
		try {
			this.socket.shutdownOutput();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Ends the connection with a reset.
	 */
	public void reset() {
		try {
			this.socket.setSoLinger(true, 0);
			this.socket.close();
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

	/**
	 * A response.
	 *
	 * @param version the version of HTTP that stands in its first line
	 */
	public record Response(String version, int status, Map<String, List<String>> headers, byte[] body) {

		public List<String> header(String name) {
			return this.headers.getOrDefault(name, List.of());
		}

		public String text() {
			return new String(this.body, StandardCharsets.UTF_8);
		}

		@Override
		public String toString() {
			return this.status + " " + this.headers + " " + text();
		}

	}

}
