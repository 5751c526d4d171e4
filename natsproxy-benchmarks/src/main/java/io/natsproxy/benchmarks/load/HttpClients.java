package io.natsproxy.benchmarks.load;

import java.util.ArrayList;
import java.util.List;

/**
 * Clients that send the same request again and again, each on its own connection.
 */
final class HttpClients implements LoadClients, HttpConnection.Listener {

	private static final long FIRST_ANSWER_SECONDS = 15;

	private static final long RECONNECT_MILLIS = 20;

	private final LoadGenerator generator;

	private final Target target;

	private final Recorder recorder;

	private final Exchange exchange;

	private final boolean everyByte;

	private final int size;

	private final EncodedRequest request;

	private final List<HttpConnection> connections = new ArrayList<>();

	private boolean running;

	HttpClients(LoadGenerator generator, Target target, Recorder recorder, boolean everyByte, Exchange exchange,
			int size) {
		this.generator = generator;
		this.target = target;
		this.recorder = recorder;
		this.everyByte = everyByte;
		this.exchange = exchange;
		this.request = new EncodedRequest(exchange, target);
		this.size = size;
	}

	@Override
	public void open() throws UnsupportedWorkloadException {
		new OneExchange(this.generator, this.target, this.exchange, true).perform(Meter.NONE, FIRST_ANSWER_SECONDS);
	}

	@Override
	public void start() {
		this.running = true;
		for (int i = 0; i < this.size; i++) {
			connect();
		}
	}

	private void connect() {
		HttpConnection connection = new HttpConnection(this.request, this.exchange.response(), this.everyByte, this);
		this.connections.add(connection);
		this.generator.connect(this.target, connection).addListener((attempt) -> {
			if (!attempt.isSuccess()) {
				this.recorder.failed("no connection: " + attempt.cause());
				reconnect(connection);
			}
		});
	}

	private void reconnect(HttpConnection connection) {
		this.connections.remove(connection);
		this.generator.later(() -> {
			if (this.running) {
				connect();
			}
		}, RECONNECT_MILLIS);
	}

	@Override
	public void connected(HttpConnection connection) {
		next(connection);
	}

	@Override
	public void succeeded(HttpConnection connection, long sentAt) {
		this.recorder.latencySince(sentAt);
		this.recorder.succeeded(1);
		next(connection);
	}

	@Override
	public void failed(HttpConnection connection, String reason) {
		this.recorder.failed(reason);
		next(connection);
	}

	@Override
	public void closed(HttpConnection connection, boolean lost) {
		if (lost) {
			this.recorder.failed("closed the connection");
		}
		reconnect(connection);
	}

	private void next(HttpConnection connection) {
		if (this.running) {
			connection.send();
		}
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public int pending() {
		return (int) this.connections.stream().filter(HttpConnection::isPending).count();
	}

	@Override
	public void close() {
		this.running = false;
		List.copyOf(this.connections).forEach(HttpConnection::close);
		this.request.release();
	}

}
