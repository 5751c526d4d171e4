package io.natsproxy.gateway.declared.subscribe;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.websocket.NatsWebSocketMessage;
import io.natsproxy.core.websocket.Utf8;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.WebSocketConnection;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A WebSocket whose client gets messages of a subject: text where they are UTF-8. What
 * the client sends is ignored, within a limit.
 */
final class SubscriptionSocket implements WebSocketConnection {

	private static final long MAX_RECEIVED = 64 * 1024;

	private static final WebSocketClose UNWANTED = new WebSocketClose(1008, "Nothing is expected from clients here");

	private static final WebSocketClose SLOW = new WebSocketClose(1008, "The client does not keep up with what comes");

	private static final AtomicLong ids = new AtomicLong();

	private final String id = "subscription." + ids.incrementAndGet();

	private final ClientQueue queue;

	private final ByteReservation memory;

	private final Supplier<WebSocketClose> end;

	private final AtomicReference<WebSocketClose> status = new AtomicReference<>();

	private final Sinks.One<WebSocketClose> closed = Sinks.one();

	private final AtomicLong received = new AtomicLong();

	/**
	 * Creates the WebSocket.
	 * @param queue has what the client gets
	 * @param memory holds what waits there
	 * @param end has the status where nothing more comes
	 */
	SubscriptionSocket(ClientQueue queue, ByteReservation memory, Supplier<WebSocketClose> end) {
		this.queue = queue;
		this.memory = memory;
		this.end = end;
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public Flux<NatsWebSocketMessage> receive() {
		return this.queue.map(this::delivered).onErrorResume((ex) -> {
			close(SLOW);
			return Flux.empty();
		}).doOnComplete(() -> close(this.end.get()));
	}

	private NatsWebSocketMessage delivered(byte[] payload) {
		this.memory.release(payload.length);
		return new NatsWebSocketMessage(
				Utf8.isValid(payload) ? NatsWebSocketMessage.Type.TEXT : NatsWebSocketMessage.Type.BINARY, payload);
	}

	@Override
	public Mono<Void> send(Publisher<NatsWebSocketMessage> messages) {
		return Flux.from(messages).doOnNext((message) -> {
			if (this.received.addAndGet(message.payload().length + 1) > MAX_RECEIVED) {
				close(UNWANTED);
			}
		}).takeUntilOther(this.closed.asMono()).then();
	}

	@Override
	public boolean offer(NatsWebSocketMessage message) {
		return false;
	}

	@Override
	public void close(WebSocketClose status) {
		if (this.status.compareAndSet(null, status)) {
			this.queue.abandon();
			this.memory.close();
			this.closed.tryEmitValue(status);
		}
	}

	@Override
	public boolean isOpen() {
		return this.status.get() == null;
	}

	@Override
	public Mono<WebSocketClose> closed() {
		return this.closed.asMono();
	}

}
