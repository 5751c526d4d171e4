package io.natsproxy.benchmarks.load;

import java.util.concurrent.CompletableFuture;

/**
 * One request on a connection of its own.
 */
final class OneExchange implements HttpConnection.Listener {

	private final CompletableFuture<Void> connected = new CompletableFuture<>();

	private final CompletableFuture<Void> answered = new CompletableFuture<>();

	private final LoadGenerator generator;

	private final EncodedRequest request;

	private final HttpConnection connection;

	private final Target target;

	OneExchange(LoadGenerator generator, Target target, Exchange exchange, boolean everyByte) {
		this.generator = generator;
		this.target = target;
		this.request = new EncodedRequest(exchange, target);
		this.connection = new HttpConnection(this.request, exchange.response(), everyByte, this);
	}

	/**
	 * Does it.
	 * @param meter is read between connection and request, and after the response
	 * @param seconds how long the response may take
	 * @throws UnsupportedWorkloadException if there is no response, or not the expected
	 * one
	 */
	void perform(Meter meter, long seconds) throws UnsupportedWorkloadException {
		try {
			LoadGenerator.await(this.generator.connect(this.target, this.connection), seconds);
			LoadGenerator.await(this.connected, seconds);
			meter.begin();
			this.generator.run(this.connection::send);
			LoadGenerator.await(this.answered, seconds);
			meter.end();
		}
		catch (IllegalStateException ex) {
			throw new UnsupportedWorkloadException(String.valueOf(ex.getMessage()));
		}
		finally {
			this.generator.run(this.connection::close);
			this.request.release();
		}
	}

	@Override
	public void connected(HttpConnection connection) {
		this.connected.complete(null);
	}

	@Override
	public void succeeded(HttpConnection connection, long sentAt) {
		this.answered.complete(null);
	}

	@Override
	public void failed(HttpConnection connection, String reason) {
		this.answered.completeExceptionally(new MalformedResponseException(reason));
	}

	@Override
	public void closed(HttpConnection connection, boolean lost) {
		this.answered.completeExceptionally(new MalformedResponseException("closed the connection"));
	}

}
