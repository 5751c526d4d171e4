package io.natsproxy.agent;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.NettyOutbound;

/**
 * Sends the body of a request to the upstream, framed by what it is and not by what its
 * head says (RFC 9112, section 6). A stream is sent at the upstream's pace: the next
 * frame is taken when the connection has written those before.
 */
final class RequestBody {

	private final IncomingExchange exchange;

	private final long announced;

	private final Duration stallTimeout;

	/**
	 * Creates the body.
	 * @param stallTimeout how long the upstream may take nothing
	 * @throws RefusedRequestException if its length is not that of which the head tells
	 */
	RequestBody(IncomingExchange exchange, Duration stallTimeout) {
		this.exchange = exchange;
		this.stallTimeout = stallTimeout;
		this.announced = RequestFields.contentLength(exchange.head());
		if (!exchange.isStreamed() && this.announced >= 0 && this.announced != exchange.body().length) {
			throw wrongLength();
		}
	}

	private static RefusedRequestException wrongLength() {
		return new RefusedRequestException(400, "The body is not of the length that is announced");
	}

	/**
	 * Returns whether the body can be sent only once.
	 */
	boolean isStreamed() {
		return this.exchange.isStreamed();
	}

	/**
	 * Sends head and body.
	 * @param fields the fields of the request, to which those that frame it are added
	 * @param sent run when the whole body has been handed to the connection
	 * @param failed takes a failure of a stream, after which no more of it is sent; the
	 * connection would tell of it only once it has written what it has been given
	 */
	Publisher<Void> send(HttpHeaders fields, NettyOutbound outbound, Channel channel, Runnable sent,
			Consumer<Throwable> failed) {
		if (this.exchange.isStreamed()) {
			if (this.announced >= 0) {
				fields.set(HttpHeaderNames.CONTENT_LENGTH, this.announced);
			}
			else {
				fields.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
			}
			return outbound.sendObject(frames(channel).doOnComplete(sent).onErrorResume((ex) -> {
				failed.accept(ex);
				return Flux.never();
			}));
		}
		sent.run();
		byte[] body = this.exchange.body();
		if (body.length > 0) {
			return outbound.sendObject(Unpooled.wrappedBuffer(body));
		}
		if (this.announced == 0) {
			fields.set(HttpHeaderNames.CONTENT_LENGTH, 0);
		}
		return outbound;
	}

	private Flux<ByteBuf> frames(Channel channel) {
		AtomicInteger held = new AtomicInteger();
		AtomicLong total = new AtomicLong();
		Flux<ByteBuf> frames = this.exchange.stream().concatMap((frame) -> {
			Mono<ByteBuf> next = Mono.fromSupplier(() -> {
				this.exchange.release(held.getAndSet(frame.length));
				return Unpooled.wrappedBuffer(frame);
			});
			if (this.announced >= 0 && total.addAndGet(frame.length) > this.announced) {
				return Mono.error(wrongLength());
			}
			return channel.isWritable() ? next : OutgoingBuffer.written(channel, this.stallTimeout).then(next);
		}, 1);
		return (this.announced < 0) ? frames : frames
			.concatWith(Mono.defer(() -> (total.get() == this.announced) ? Mono.empty() : Mono.error(wrongLength())));
	}

}
