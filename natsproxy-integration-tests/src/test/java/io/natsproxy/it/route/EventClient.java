package io.natsproxy.it.route;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a response that goes on, line by line.
 */
final class EventClient implements AutoCloseable {

	private static final int PATIENCE_MILLIS = 30_000;

	private final Socket socket;

	private final BufferedReader reader;

	private final String status;

	private final List<String> fields = new ArrayList<>();

	private String rest = "";

	private boolean ended;

	EventClient(int port, String target, String... headers) {
		try {
			this.socket = new Socket("127.0.0.1", port);
			this.socket.setSoTimeout(PATIENCE_MILLIS);
			StringBuilder request = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n");
			for (String header : headers) {
				request.append(header).append("\r\n");
			}
			this.socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
			this.reader = new BufferedReader(
					new InputStreamReader(this.socket.getInputStream(), StandardCharsets.UTF_8));
			this.status = this.reader.readLine();
			for (String field = this.reader.readLine(); !field.isEmpty(); field = this.reader.readLine()) {
				this.fields.add(field);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Subscribes to server-sent events, which begin with the time until a reconnect.
	 */
	static EventClient sse(int port, String target, String... headers) {
		List<String> all = new ArrayList<>(List.of(headers));
		all.add("Accept: text/event-stream");
		EventClient client = new EventClient(port, target, all.toArray(String[]::new));
		if (!client.status.contains(" 200 ") || !client.event().startsWith("retry:")) {
			throw new AssertionError(client.status);
		}
		return client;
	}

	String status() {
		return this.status;
	}

	List<String> fields() {
		return this.fields;
	}

	/**
	 * Returns the lines of the next event that is neither a sign of life nor only an id,
	 * with a line break between each two of them; {@code null} if the response ends.
	 */
	String event() {
		StringBuilder event = new StringBuilder();
		for (String line = line(); line != null; line = line()) {
			if (!line.isEmpty()) {
				event.append(event.isEmpty() ? "" : "\n").append(line);
			}
			else if (event.toString().matches(":|id: .*")) {
				event.setLength(0);
			}
			else if (!event.isEmpty()) {
				return event.toString();
			}
		}
		return null;
	}

	/**
	 * Returns the next line of the body; {@code null} if it has ended as it should.
	 */
	String line() {
		try {
			while (this.rest.indexOf('\n') < 0) {
				if (this.ended) {
					return null;
				}
				int size = Integer.parseInt(this.reader.readLine(), 16);
				char[] chunk = new char[size];
				for (int read = 0; read < size; read += this.reader.read(chunk, read, size - read)) {
					continue;
				}
				this.reader.readLine();
				this.ended = size == 0;
				this.rest += new String(chunk);
			}
			int end = this.rest.indexOf('\n');
			String line = this.rest.substring(0, end);
			this.rest = this.rest.substring(end + 1);
			return line;
		}
		catch (IOException | NumberFormatException ex) {
			throw new BrokenOffException(ex);
		}
	}

	/**
	 * Goes away with a reset, which the gateway notices at once.
	 */
	@Override
	public void close() {
		try {
			this.socket.setSoLinger(true, 0);
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A response has not ended as it should.
	 */
	static final class BrokenOffException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		BrokenOffException(Throwable cause) {
			super(cause);
		}

	}

}
