package io.natsproxy.core.exchange;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Function;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.exchange.listener.NatsListener;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.stream.BodyChunks;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.core.wire.WireProtocol;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A service that streams, and callers of it, with a small window and little patience.
 */
abstract class AbstractStreamTests extends AbstractExchangeTests {

	static final Executor EXECUTOR = Schedulers.boundedElastic()::schedule;

	static final int WINDOW = 32 * 1024;

	static final int FRAME = 8 * 1024;

	static final Duration LOST_AFTER = Duration.ofSeconds(2);

	static final StreamOptions STREAMS = new StreamOptions(WINDOW, FRAME, LOST_AFTER);

	/**
	 * Nobody is lost, however busy the machine is.
	 */
	static final StreamOptions PATIENT = new StreamOptions(WINDOW, FRAME, TIMEOUT.multipliedBy(4));

	static final Flux<byte[]> FLUSH = Flux.just(BodyChunks.FLUSH);

	/**
	 * How the streams of both sides are, where a test does not say something else.
	 */
	StreamOptions streams() {
		return STREAMS;
	}

	NatsCaller streamCaller() {
		return caller(
				new NatsCallerOptions(2000, WireProtocol.MAX_HEAD_SIZE, WireProtocol.MAX_CONTROL_LINE, streams()));
	}

	NatsListener serve(String subject, Function<IncomingExchange, Publisher<byte[]>> handler) throws Exception {
		return serve(streams(), subject, handler);
	}

	/**
	 * Answers each request with the body that the handler makes of it, as an adapter of
	 * WebFlux does.
	 */
	NatsListener serve(StreamOptions streams, String subject, Function<IncomingExchange, Publisher<byte[]>> handler)
			throws Exception {
		return listen(new NatsListenerOptions("service", 2000, WireProtocol.MAX_HEAD_SIZE, true, streams),
				(exchange) -> EXECUTOR.execute(() -> respond(exchange, handler)), subject);
	}

	private static void respond(IncomingExchange exchange, Function<IncomingExchange, Publisher<byte[]>> handler) {
		Disposable.Swap subscription = Disposables.swap();
		exchange.onCancel(subscription::dispose);
		subscription.update(exchange.write(ok(), handler.apply(exchange), EXECUTOR)
			.subscribe(null, (ex) -> exchange.reply(new ResponseHead(500, Problem.HEADERS), NO_BODY),
					() -> exchange.complete(ok())));
	}

	static Flux<byte[]> requestBody(IncomingExchange exchange) {
		return exchange.isStreamed() ? exchange.stream(EXECUTOR) : Flux.just(exchange.body());
	}

	static Mono<NatsReply> post(NatsCaller caller, String target, Publisher<byte[]> body) {
		return caller.exchange(request("POST", target), body, TIMEOUT, EXECUTOR);
	}

	static Mono<NatsReply> getStream(NatsCaller caller, String target) {
		return caller.exchange(request("GET", target), Mono.empty(), TIMEOUT, EXECUTOR);
	}

	static BodyStream stream(Mono<NatsReply> exchange) {
		NatsReply reply = exchange.block(TIMEOUT);
		if (reply == null || reply.stream() == null) {
			throw new AssertionError("The reply is no stream");
		}
		return reply.stream();
	}

}
