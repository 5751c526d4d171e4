package io.natsproxy.core.exchange;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.stream.BodyChunks;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.RequestHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for bodies that are streamed, or just are not.
 */
class StreamExchangeTests extends AbstractStreamTests {

	private static final long LARGE = 20 * 1024 * 1024;

	private static final int[] ODD_SIZES = { 1, 70_001, 0, 333, 8192, 131_072, 5 };

	private final TestContent source = new TestContent();

	@Override
	StreamOptions streams() {
		return PATIENT;
	}

	@ParameterizedTest
	@CsvSource({ "0, 0, false", "0, 1, false", "1, -1, false", "1, 0, false", "1, 1, true", "20, 0, true" })
	void responseOfAnyLengthArrivesWhole(int times, int more, boolean streamed) throws Exception {
		long max = this.serviceConnection.getMaxPayload() - new HeadCodec().encode(ok()).serializedLength();
		long length = times * max + more;
		serve("GET:.a", (exchange) -> this.source.chunks(length, ODD_SIZES));
		NatsReply reply = getStream(streamCaller(), "/a").block(TIMEOUT);
		assertThat(reply).isNotNull();
		assertThat(reply.stream() != null).isEqualTo(streamed);
		TestContent.assertReply(reply, length);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0, false", "0, 1, false", "1, -1, false", "1, 0, false", "1, 1, true", "20, 0, true" })
	void requestOfAnyLengthArrivesWhole(int times, int more, boolean streamed) throws Exception {
		RequestHead head = new RequestHead("POST", "/a", TIMEOUT, HeaderFields.EMPTY);
		long max = longestBody(head);
		long length = times * max + more;
		TestContent received = new TestContent();
		BlockingQueue<Boolean> streams = new LinkedBlockingQueue<>();
		serve("POST:.a", (exchange) -> {
			streams.add(exchange.isStreamed());
			return requestBody(exchange).doOnNext(received::check).thenMany(Mono.just(bytes("done")));
		});
		NatsReply reply = post(streamCaller(), "/a", this.source.chunks(length, ODD_SIZES)).block(TIMEOUT);
		assertThat(reply).isNotNull();
		assertThat(text(reply.body())).isEqualTo("done");
		assertThat(received.checked()).isEqualTo(length);
		assertThat(streams.poll()).isEqualTo(streamed);
	}

	@Test
	void streamsOfARequestAndItsResponseRunAtTheSameTime() throws Exception {
		serve("POST:.echo", (exchange) -> Flux.concat(FLUSH, requestBody(exchange)));
		NatsReply reply = post(streamCaller(), "/echo", Flux.concat(FLUSH, this.source.chunks(LARGE / 4, 50_000)))
			.block(TIMEOUT);
		assertThat(reply).isNotNull();
		TestContent.assertReply(reply, LARGE / 4);
	}

	@Test
	void windowSmallerThanAFrameIsNoObstacle() throws Exception {
		serve(new StreamOptions(1, FRAME, TIMEOUT), "POST:.echo",
				(exchange) -> Flux.concat(FLUSH, requestBody(exchange)));
		NatsCaller caller = caller(new NatsCallerOptions(10, 4096, 4096, new StreamOptions(7, FRAME, TIMEOUT)));
		NatsReply reply = post(caller, "/echo", Flux.concat(FLUSH, this.source.chunks(100_000, 3000))).block(TIMEOUT);
		assertThat(reply).isNotNull();
		TestContent.assertReply(reply, 100_000);
	}

	@Test
	void whatIsFlushedArrivesBeforeThereIsMore() throws Exception {
		Sinks.Many<byte[]> events = Sinks.many().unicast().onBackpressureBuffer();
		serve("GET:.events", (exchange) -> events.asFlux());
		events.tryEmitNext(BodyChunks.FLUSH);
		BodyStream stream = stream(getStream(streamCaller(), "/events"));
		StepVerifier.create(stream.consumedFrames().map(AbstractExchangeTests::text))
			.then(() -> events.tryEmitNext(bytes("one")))
			.expectNext("one")
			.then(() -> events.tryEmitNext(BodyChunks.FLUSH))
			.then(() -> events.tryEmitNext(bytes("two")))
			.expectNext("two")
			.then(events::tryEmitComplete)
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void flushedBodiesWithoutContentEnd() throws Exception {
		serve("POST:.echo", (exchange) -> Flux.concat(FLUSH, requestBody(exchange), FLUSH));
		BodyStream stream = stream(post(streamCaller(), "/echo", FLUSH));
		StepVerifier.create(stream.consumedFrames()).expectComplete().verify(TIMEOUT);
	}

	@Test
	void flushAtTheEndLosesNothing() throws Exception {
		serve("POST:.echo", (exchange) -> Flux.concat(requestBody(exchange), FLUSH));
		BodyStream stream = stream(post(streamCaller(), "/echo", Flux.concat(Mono.just(bytes("content")), FLUSH)));
		StepVerifier.create(stream.consumedFrames().map(AbstractExchangeTests::text))
			.expectNext("content")
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void consumerThatStopsStopsTheSourceOfTheResponse() throws Exception {
		int chunk = 5000;
		serve("GET:.a", (exchange) -> Flux.concat(FLUSH, this.source.chunks(LARGE, chunk)));
		BodyStream stream = stream(getStream(streamCaller(), "/a"));
		Paced paced = new Paced();
		stream.consumedFrames().subscribe(paced);
		long bound = WINDOW + FRAME + chunk;
		for (int frames : new int[] { 0, 1, 10 }) {
			paced.request(frames + 1);
			await().atMost(TIMEOUT).until(() -> this.source.taken() - paced.content.checked() >= WINDOW / 2);
			await().during(Duration.ofMillis(100))
				.atMost(TIMEOUT)
				.until(() -> this.source.taken() - paced.content.checked() <= bound);
		}
		paced.request(Long.MAX_VALUE);
		await().atMost(TIMEOUT).until(() -> paced.content.checked() == LARGE);
	}

	@Test
	void consumerThatStopsStopsTheSourceOfTheRequest() throws Exception {
		int chunk = 100_000;
		Paced paced = new Paced();
		BlockingQueue<IncomingExchange> exchanges = new LinkedBlockingQueue<>();
		listen(new NatsListenerOptions("service", 10, 4096, true, streams()), exchanges::add, "POST:.a");
		Mono<NatsReply> reply = post(streamCaller(), "/a", this.source.chunks(LARGE, chunk)).cache();
		reply.subscribe();
		IncomingExchange exchange = exchanges.poll(30, TimeUnit.SECONDS);
		assertThat(exchange).isNotNull();
		long bound = Math.max(this.callerConnection.getMaxPayload(), WINDOW + FRAME) + chunk;
		await().during(Duration.ofMillis(100)).atMost(TIMEOUT).until(() -> this.source.taken() <= bound);
		exchange.stream(EXECUTOR).subscribe(paced);
		await().during(Duration.ofMillis(100)).atMost(TIMEOUT).until(() -> this.source.taken() <= bound);
		paced.request(1);
		await().atMost(TIMEOUT).until(() -> paced.content.checked() > 0);
		await().during(Duration.ofMillis(100))
			.atMost(TIMEOUT)
			.until(() -> this.source.taken() - paced.content.checked() <= WINDOW + FRAME + chunk);
		paced.request(Long.MAX_VALUE);
		await().atMost(TIMEOUT).until(() -> paced.content.checked() == LARGE);
		exchange.reply(ok(), NO_BODY);
		assertThat(reply.block(TIMEOUT)).isNotNull();
	}

	/**
	 * Checks content, as much as it asks for.
	 */
	private static final class Paced extends BaseSubscriber<byte[]> {

		private final TestContent content = new TestContent();

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			// Asks for more when it is told to.
		}

		@Override
		protected void hookOnNext(byte[] chunk) {
			this.content.check(chunk);
		}

	}

}
