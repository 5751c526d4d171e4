package io.natsproxy.it.socket;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * The end of a WebSocket in a service, in the hands of a test.
 */
final class ServiceSocket {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final WebSocketSession session;

	private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();

	private final AtomicInteger count = new AtomicInteger();

	private final CompletableFuture<CloseStatus> closeStatus;

	private final Sinks.Empty<Void> done = Sinks.empty();

	private final Reader reader;

	ServiceSocket(WebSocketSession session, boolean reading) {
		this.session = session;
		this.closeStatus = session.closeStatus().toFuture();
		this.reader = new Reader(reading);
	}

	/**
	 * What the handler returns: it is done when the test says so, or there is nothing
	 * more to do.
	 */
	Mono<Void> handle() {
		this.session.receive().subscribe(this.reader);
		return Mono.firstWithSignal(this.done.asMono(), this.session.closeStatus().then());
	}

	WebSocketSession session() {
		return this.session;
	}

	String id() {
		return this.session.getId();
	}

	/**
	 * Takes the next message.
	 */
	Received next() {
		try {
			Received next = this.received.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			if (next == null) {
				throw new AssertionError("No message has come");
			}
			return next;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * How many messages have come.
	 */
	int count() {
		return this.count.get();
	}

	/**
	 * Asks for more messages, where the service does not read by itself.
	 */
	void request(long count) {
		this.reader.request(count);
	}

	void sendText(String text) {
		send(Flux.just(text)).block(PATIENCE);
	}

	Mono<Void> send(Flux<String> texts) {
		return this.session.send(texts.map(this.session::textMessage));
	}

	void sendBinary(byte[] payload) {
		this.session.send(Mono.just(this.session.binaryMessage((factory) -> factory.wrap(payload)))).block(PATIENCE);
	}

	void close(int code, String reason) {
		this.session.close(new CloseStatus(code, reason)).block(PATIENCE);
	}

	/**
	 * Completes the handler.
	 */
	void complete() {
		this.done.tryEmitEmpty();
	}

	void fail(Throwable ex) {
		this.done.tryEmitError(ex);
	}

	/**
	 * Waits for the close, as {@code code reason}.
	 */
	String closed() {
		try {
			CloseStatus status = this.closeStatus.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			return status.getCode() + ((status.getReason() != null) ? " " + status.getReason() : "");
		}
		catch (TimeoutException ex) {
			throw new AssertionError("The service has not been told of a close");
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	boolean isOpen() {
		return this.session.isOpen();
	}

	/**
	 * Waits until what comes is complete.
	 */
	void awaitCompletion() {
		try {
			this.reader.completed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new AssertionError("The messages of the client have not come to an end", ex);
		}
	}

	/**
	 * A message that has come.
	 */
	record Received(WebSocketMessage.Type type, byte[] payload) {

		String text() {
			return new String(this.payload, StandardCharsets.UTF_8);
		}

		@Override
		public String toString() {
			return this.type + " " + text();
		}

	}

	private final class Reader extends BaseSubscriber<WebSocketMessage> {

		private final boolean reading;

		private final CompletableFuture<Void> completed = new CompletableFuture<>();

		Reader(boolean reading) {
			this.reading = reading;
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			if (this.reading) {
				subscription.request(Long.MAX_VALUE);
			}
		}

		@Override
		protected void hookOnNext(WebSocketMessage message) {
			byte[] payload = new byte[message.getPayload().readableByteCount()];
			message.getPayload().read(payload);
			message.release();
			ServiceSocket.this.count.incrementAndGet();
			ServiceSocket.this.received.add(new Received(message.getType(), payload));
		}

		@Override
		protected void hookOnComplete() {
			this.completed.complete(null);
		}

		@Override
		protected void hookOnError(Throwable ex) {
			this.completed.completeExceptionally(ex);
		}

	}

}
