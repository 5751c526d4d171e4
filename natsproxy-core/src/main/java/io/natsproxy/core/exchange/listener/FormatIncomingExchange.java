package io.natsproxy.core.exchange.listener;

import java.time.Duration;
import java.util.concurrent.Executor;

import io.natsproxy.core.format.FormatRequest;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.BodyCollector;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * An exchange in another message format: one message each way.
 */
final class FormatIncomingExchange extends IncomingExchange {

	/**
	 * Time that a handler may take, since callers cannot say how long they wait, nor that
	 * they no longer do.
	 */
	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final FormatReplies replies;

	private final MessageFormat format;

	private final @Nullable String socketId;

	private volatile @Nullable ResponseHead responseHead;

	private byte[] responseBody = {};

	FormatIncomingExchange(IncomingExchanges exchanges, FormatReplies replies, MessageFormat format,
			FormatRequest request, String replySubject, ByteReservation memory) {
		super(exchanges, replies, withTimeout(request.head()), request.body(), replySubject, memory);
		this.replies = replies;
		this.format = format;
		this.socketId = request.socketId();
	}

	private static RequestHead withTimeout(RequestHead head) {
		return new RequestHead(head.method(), head.target(), TIMEOUT, head.headers());
	}

	@Override
	public MessageFormat format() {
		return this.format;
	}

	@Override
	public @Nullable String socketId() {
		return this.socketId;
	}

	/**
	 * Keeps the body for {@link #complete}: the format has no streams. One that is longer
	 * than a message becomes a problem in its place.
	 */
	@Override
	Mono<Void> write(ResponseHead head, Publisher<byte[]> chunks, long length, Executor executor) {
		long limit = this.replies.maxPayload();
		return BodyCollector.collect(chunks, limit, memory()).doOnNext((body) -> {
			this.responseHead = head;
			this.responseBody = body;
		}).onErrorResume(BodyCollector.TooLongException.class, (ex) -> {
			this.responseHead = new ResponseHead(502, Problem.HEADERS);
			this.responseBody = Problem
				.of(502, "The response takes more than one NATS message of " + limit
						+ " bytes, and the format of the request has no streams")
				.toJson();
			return Mono.empty();
		}).then();
	}

	@Override
	public void complete(ResponseHead head) {
		ResponseHead written = this.responseHead;
		reply((written != null) ? written : head, this.responseBody);
	}

}
