package io.natsproxy.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.netty.buffer.ByteBuf;

/**
 * Clients with a WebSocket each. A socket counts as open when a first text has been sent
 * back: then its handler is at work.
 */
abstract class SocketClients implements LoadClients, SocketConnection.Listener {

	/**
	 * How many sockets are opened at once.
	 */
	private static final int OPENING = 32;

	private static final long OPEN_SECONDS = 60;

	private static final ByteBuf HELLO = SocketFrames.text("hello");

	private final LoadGenerator generator;

	private final Target target;

	private final Recorder recorder;

	private final String path;

	private final int size;

	private final List<SocketConnection> sockets = new ArrayList<>();

	private final CompletableFuture<Void> opened = new CompletableFuture<>();

	private int open;

	private boolean running;

	private boolean closing;

	SocketClients(LoadGenerator generator, Target target, Recorder recorder, String path, int size) {
		this.generator = generator;
		this.target = target;
		this.recorder = recorder;
		this.path = path;
		this.size = size;
	}

	@Override
	public final void open() throws UnsupportedWorkloadException {
		this.generator.run(() -> {
			for (int i = 0; i < Math.min(OPENING, this.size); i++) {
				openOne();
			}
		});
		try {
			LoadGenerator.await(this.opened, OPEN_SECONDS);
		}
		catch (IllegalStateException ex) {
			String number = "socket " + (this.generator.call(() -> this.open) + 1) + " of " + this.size;
			throw new UnsupportedWorkloadException(ex.getMessage() + " (" + number + ")");
		}
	}

	private void openOne() {
		SocketConnection socket = new SocketConnection(this.target, this.path, this);
		this.sockets.add(socket);
		this.generator.connect(this.target, socket).addListener((attempt) -> {
			if (!attempt.isSuccess()) {
				closed(socket, "no connection: " + attempt.cause());
			}
		});
	}

	@Override
	public final void opened(SocketConnection connection) {
		connection.send(HELLO);
	}

	@Override
	public final void received(SocketConnection connection, ByteBuf text) {
		if (this.open == this.size) {
			received(connection, text, this.recorder);
		}
		else if (connection.end() != 0) {
			this.open++;
			if (this.open == this.size) {
				this.opened.complete(null);
			}
			else if (this.sockets.size() < this.size) {
				openOne();
			}
		}
	}

	/**
	 * A text has come after all sockets were opened.
	 * @param connection the socket
	 * @param text the text, valid during the call
	 * @param recorder where to count it
	 */
	abstract void received(SocketConnection connection, ByteBuf text, Recorder recorder);

	@Override
	public final void closed(SocketConnection connection, String reason) {
		this.opened.completeExceptionally(new MalformedResponseException(reason));
		if (!this.closing) {
			this.recorder.failed(reason);
		}
	}

	@Override
	public final void start() {
		this.running = true;
		start(this.sockets);
	}

	/**
	 * Begins the first operations.
	 * @param sockets the open sockets
	 */
	abstract void start(List<SocketConnection> sockets);

	@Override
	public final void stop() {
		this.running = false;
	}

	final boolean isRunning() {
		return this.running;
	}

	@Override
	public final int pending() {
		return (int) this.sockets.stream().filter(SocketConnection::isPending).count();
	}

	@Override
	public final void close() {
		this.closing = true;
		this.sockets.forEach(SocketConnection::close);
	}

}
