package io.natsproxy.core.websocket;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.DeliveryExecutor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;

/**
 * The receiving half of a WebSocket: takes messages of the peer, which sends no more than
 * the window holds, and messages from anywhere, of which no more are taken than that
 * again.
 */
final class WebSocketInbound {

	private static final int QUEUE_CHUNK = 8;

	private final Sinks.Many<Delivery> sink = Sinks.many()
		.unicast()
		.onBackpressureBuffer(Queues.<Delivery>unbounded(QUEUE_CHUNK).get());

	private final NatsWebSocketOptions options;

	private final ByteReservation memory;

	private final LongConsumer grant;

	private final DeliveryExecutor delivery;

	private final Flux<NatsWebSocketMessage> messages;

	private @Nullable ByteArrayOutputStream parts;

	private long outstanding;

	private long offered;

	private long consumed;

	/**
	 * Bytes of the message that was delivered last, which are in memory until the next
	 * one is.
	 */
	private int delivered;

	private boolean ended;

	/**
	 * Creates the queue.
	 * @param options window and length of messages
	 * @param memory holds the messages of the peer; closed by this object
	 * @param executor where messages are delivered
	 * @param grant lets the peer send more bytes
	 */
	WebSocketInbound(NatsWebSocketOptions options, ByteReservation memory, Executor executor, LongConsumer grant) {
		this.options = options;
		this.memory = memory;
		this.grant = grant;
		this.delivery = new DeliveryExecutor(executor);
		this.messages = this.sink.asFlux()
			.publishOn(Schedulers.fromExecutor(this.delivery), QUEUE_CHUNK)
			.map(this::consume)
			.doFinally((signal) -> memory.close());
	}

	Flux<NatsWebSocketMessage> messages() {
		return this.messages;
	}

	/**
	 * Takes a part of a message that is not its last.
	 * @throws NatsExchangeException if the peer sends more than it may
	 */
	void part(byte[] payload) {
		synchronized (this.delivery) {
			take(payload.length);
			if (this.parts == null) {
				this.parts = new ByteArrayOutputStream(2 * payload.length);
			}
			this.parts.writeBytes(payload);
			requireShort(this.parts.size());
		}
	}

	/**
	 * Takes a message, or the last part of one.
	 * @throws NatsExchangeException if the peer sends more than it may
	 */
	void message(NatsWebSocketMessage.Type type, byte[] payload) {
		this.delivery.emit(() -> takeMessage(type, payload));
	}

	private void takeMessage(NatsWebSocketMessage.Type type, byte[] payload) {
		NatsWebSocketMessage message = new NatsWebSocketMessage(type, payload);
		take(message.cost());
		if (this.parts != null && !type.isControl()) {
			this.parts.writeBytes(payload);
			message = new NatsWebSocketMessage(type, this.parts.toByteArray());
			this.parts = null;
		}
		requireShort(message.payload().length);
		if (type == NatsWebSocketMessage.Type.TEXT && !Utf8.isValid(message.payload())) {
			throw broken("The peer has sent text that is not UTF-8");
		}
		emit(message, true);
	}

	private void take(int bytes) {
		this.outstanding += bytes;
		if (this.outstanding > (long) this.options.window() + this.options.maxMessageSize()
				+ NatsWebSocketMessage.MAX_CONTROL_SIZE) {
			throw broken("The peer has sent more than it was granted");
		}
		if (!this.memory.tryReserveNow(bytes)) {
			throw new NatsExchangeException(ExchangeFailure.MEMORY_EXHAUSTED, "There is no memory for more messages");
		}
	}

	private void requireShort(int length) {
		if (length > this.options.maxMessageSize()) {
			throw broken("The peer has sent a message of more than " + this.options.maxMessageSize() + " bytes");
		}
	}

	private static NatsExchangeException broken(String message) {
		return new NatsExchangeException(ExchangeFailure.STREAM_BROKEN, message);
	}

	/**
	 * Takes a message from anywhere.
	 * @return whether there was room for it
	 */
	boolean offer(NatsWebSocketMessage message) {
		return this.delivery.emit(() -> {
			if (this.ended || (this.offered > 0 && this.offered + message.cost() > this.options.window())) {
				return false;
			}
			this.offered += message.cost();
			emit(message, false);
			return true;
		});
	}

	private void emit(NatsWebSocketMessage message, boolean granted) {
		if (!this.ended) {
			this.sink.tryEmitNext(new Delivery(message, granted));
		}
	}

	private NatsWebSocketMessage consume(Delivery delivery) {
		int cost = delivery.message().cost();
		int released;
		synchronized (this.delivery) {
			released = this.delivered;
			this.delivered = delivery.granted() ? cost : 0;
			if (delivery.granted()) {
				this.outstanding -= cost;
				this.consumed += cost;
			}
			else {
				this.offered -= cost;
			}
		}
		this.memory.release(released);
		grantAgain();
		return delivery.message();
	}

	/**
	 * Lets the peer send as many bytes more as have been consumed, if these are half of
	 * the window.
	 */
	void grantAgain() {
		long granted = 0;
		synchronized (this.delivery) {
			if (this.consumed > 0 && this.consumed * 2 >= this.options.window() && !this.ended) {
				granted = this.consumed;
				this.consumed = 0;
			}
		}
		if (granted > 0) {
			this.grant.accept(granted);
		}
	}

	/**
	 * The peer could not be told.
	 */
	void notGranted(long bytes) {
		synchronized (this.delivery) {
			this.consumed += bytes;
		}
	}

	/**
	 * Delivers what has come, and completes.
	 */
	void end() {
		this.delivery.emit(() -> {
			if (!this.ended) {
				this.ended = true;
				this.sink.tryEmitComplete();
			}
		});
		if (this.sink.currentSubscriberCount() == 0) {
			this.memory.close();
		}
	}

	/**
	 * A message that waits.
	 *
	 * @param message the message
	 * @param granted whether it came from the peer, on its credit
	 */
	private record Delivery(NatsWebSocketMessage message, boolean granted) {
	}

}
