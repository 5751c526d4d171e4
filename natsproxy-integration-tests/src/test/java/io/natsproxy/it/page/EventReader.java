package io.natsproxy.it.page;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/**
 * Reads server-sent events on a thread of its own, until it is closed.
 */
final class EventReader implements AutoCloseable {

	private final Socket socket;

	private final List<String> lines = new CopyOnWriteArrayList<>();

	private final int status;

	private volatile boolean ended;

	EventReader(URI uri) throws IOException {
		this.socket = new Socket(uri.getHost(), uri.getPort());
		this.socket.getOutputStream()
			.write(("GET " + uri.getPath() + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
				.getBytes(StandardCharsets.US_ASCII));
		BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.socket.getInputStream(), StandardCharsets.UTF_8));
		this.status = Integer.parseInt(reader.readLine().split(" ")[1]);
		Thread thread = new Thread(() -> read(reader), "events");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Takes sizes of chunks for lines, too: each event is a chunk.
	 */
	private void read(BufferedReader reader) {
		try {
			String line = reader.readLine();
			while (line != null && !line.equals("0")) {
				this.lines.add(line);
				line = reader.readLine();
			}
		}
		catch (IOException ex) {
			// It has been closed.
		}
		this.ended = true;
	}

	int status() {
		return this.status;
	}

	boolean isEnded() {
		return this.ended;
	}

	/**
	 * Returns the data of all events of a name that have come.
	 */
	List<String> data(String event) {
		List<String> lines = List.copyOf(this.lines);
		return IntStream.range(1, lines.size())
			.filter((i) -> lines.get(i - 1).equals("event: " + event))
			.mapToObj((i) -> lines.get(i).substring("data: ".length()))
			.toList();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
