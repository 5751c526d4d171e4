package io.natsproxy.core.exchange;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.exchange.listener.NatsListener;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.stream.BodyChunks;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.stream.StreamOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the ways in which a stream ends.
 */
class StreamEndTests extends AbstractStreamTests {

	private static final long ENDLESS = Long.MAX_VALUE;

	/**
	 * Patient, where a test is not about those who are lost.
	 */
	private StreamOptions streams = PATIENT;

	private final TestContent source = new TestContent();

	private final AtomicBoolean cancelled = new AtomicBoolean();

	private Flux<byte[]> endless() {
		return Flux.concat(FLUSH, this.source.chunks(ENDLESS, 3000)).doOnCancel(() -> this.cancelled.set(true));
	}

	private static void assertBroken(Flux<byte[]> body, ExchangeFailure failure) {
		Throwable ex = catchThrowable(() -> body.blockLast(TIMEOUT));
		assertThat(ex).isInstanceOfSatisfying(NatsExchangeException.class,
				(broken) -> assertThat(broken.failure()).isEqualTo(failure));
	}

	/**
	 * Ends an exchange midway, and expects that the source knows.
	 */
	private void assertCancels(Executable end) throws Exception {
		await().atMost(TIMEOUT).until(() -> this.source.taken() > 0);
		assertThat(this.cancelled).isFalse();
		try {
			end.execute();
		}
		catch (Throwable ex) {
			throw new AssertionError(ex);
		}
		await().atMost(TIMEOUT).untilTrue(this.cancelled);
	}

	@Override
	StreamOptions streams() {
		return this.streams;
	}

	@Test
	void serviceThatFailsMidwayBreaksTheResponse() throws Exception {
		serve("GET:.a", (exchange) -> Flux.concat(FLUSH, this.source.chunks(200_000, 3000),
				Mono.error(new IllegalStateException("secret"))));
		assertBroken(stream(getStream(streamCaller(), "/a")).consumedFrames(), ExchangeFailure.STREAM_FAILED);
	}

	@Test
	void serviceThatFailsBeforeItStreamsSendsAnotherResponse() throws Exception {
		serve("GET:.a", (exchange) -> Flux.concat(this.source.chunks(20_000, 3000),
				Mono.error(new IllegalStateException("secret"))));
		NatsReply reply = getStream(streamCaller(), "/a").block(TIMEOUT);
		assertThat(reply).isNotNull();
		assertThat(reply.head().status()).isEqualTo(500);
	}

	@Test
	void callerWhoseSourceFailsMidwayTellsTheService() throws Exception {
		BlockingQueue<SignalType> ends = new LinkedBlockingQueue<>();
		serve("POST:.a", (exchange) -> requestBody(exchange).doFinally(ends::add).thenMany(Flux.empty()));
		Mono<NatsReply> reply = post(streamCaller(), "/a",
				Flux.concat(FLUSH, this.source.chunks(200_000, 3000), Mono.error(new IllegalStateException("source"))));
		assertThat(catchThrowable(() -> reply.block(TIMEOUT))).isInstanceOf(IllegalStateException.class)
			.hasMessage("source");
		assertThat(ends.poll(30, TimeUnit.SECONDS)).isIn(SignalType.ON_ERROR, SignalType.CANCEL);
	}

	@Test
	void callerThatCancelsTheResponseCancelsThePublisherOfTheService() throws Exception {
		serve("GET:.a", (exchange) -> endless());
		Disposable consumer = stream(getStream(streamCaller(), "/a")).consumedFrames().subscribe();
		assertCancels(consumer::dispose);
	}

	@Test
	void callerThatDiscardsTheResponseCancelsThePublisherOfTheService() throws Exception {
		serve("GET:.a", (exchange) -> endless());
		BodyStream stream = stream(getStream(streamCaller(), "/a"));
		assertCancels(stream::discard);
	}

	@Test
	void callerThatCancelsWhileItSendsCancelsItsSourceAndTheHandler() throws Exception {
		AtomicBoolean handlerCancelled = new AtomicBoolean();
		serve("POST:.a", (exchange) -> requestBody(exchange).thenMany(Flux.<byte[]>never())
			.doOnCancel(() -> handlerCancelled.set(true)));
		Disposable exchange = post(streamCaller(), "/a", endless()).subscribe();
		await().atMost(TIMEOUT).until(() -> this.source.taken() > 2 * WINDOW);
		assertCancels(exchange::dispose);
		await().atMost(TIMEOUT).untilTrue(handlerCancelled);
	}

	@Test
	void callerThatCancelsBeforeTheHeadCancelsTheHandler() throws Exception {
		AtomicBoolean called = new AtomicBoolean();
		serve("GET:.a",
				(exchange) -> Flux.<byte[]>never()
					.doOnSubscribe((subscription) -> called.set(true))
					.doOnCancel(() -> this.cancelled.set(true)));
		Disposable exchange = getStream(streamCaller(), "/a").subscribe();
		await().atMost(TIMEOUT).untilTrue(called);
		exchange.dispose();
		await().atMost(TIMEOUT).untilTrue(this.cancelled);
	}

	@Test
	void cancellationThatComesBeforeTheHandlerIsReadyIsNotLost() throws Exception {
		BlockingQueue<IncomingExchange> exchanges = new LinkedBlockingQueue<>();
		NatsListener listener = listen(exchanges::add, "GET:.a");
		Disposable caller = getStream(streamCaller(), "/a").subscribe();
		IncomingExchange exchange = exchanges.poll(30, TimeUnit.SECONDS);
		assertThat(exchange).isNotNull();
		caller.dispose();
		await().atMost(TIMEOUT).until(() -> listener.inFlight() + listener.streams() == 0);
		exchange.onCancel(() -> this.cancelled.set(true));
		assertThat(this.cancelled).isTrue();
		assertThat(exchange.reply(ok(), NO_BODY)).isFalse();
		StepVerifier.create(exchange.write(ok(), endless(), EXECUTOR))
			.expectError(NatsExchangeException.class)
			.verify(TIMEOUT);
	}

	@Test
	void deadlineBeforeTheHeadCancelsTheHandler() throws Exception {
		serve("GET:.a", (exchange) -> Flux.<byte[]>never().doOnCancel(() -> this.cancelled.set(true)));
		Mono<NatsReply> reply = streamCaller().exchange(request("GET", "/a"), Mono.empty(), SHORT, EXECUTOR);
		assertFails(reply, ExchangeFailure.REPLY_TIMEOUT, 504);
		await().atMost(TIMEOUT).untilTrue(this.cancelled);
	}

	@Test
	void deadlineOfARequestThatNobodyReadsIsKept() throws Exception {
		serve("POST:.a", (exchange) -> Flux.<byte[]>never().doOnCancel(() -> this.cancelled.set(true)));
		Mono<NatsReply> reply = streamCaller().exchange(request("POST", "/a"), Flux.concat(FLUSH, Flux.never()), SHORT,
				EXECUTOR);
		assertFails(reply, ExchangeFailure.REPLY_TIMEOUT, 504);
		await().atMost(TIMEOUT).untilTrue(this.cancelled);
	}

	@Test
	void deadlineBeginsAgainWhenTheRequestHasBeenSent() throws Exception {
		serve("POST:.a", (exchange) -> requestBody(exchange).thenMany(Flux.never()));
		Mono<NatsReply> reply = streamCaller().exchange(request("POST", "/a"),
				Flux.concat(FLUSH, this.source.chunks(100_000, 3000)), SHORT, EXECUTOR);
		assertFails(reply, ExchangeFailure.REPLY_TIMEOUT, 504);
		assertThat(this.source.taken()).isEqualTo(100_000);
	}

	@Test
	void answerBeforeTheRequestHasBeenReadStopsItsSource() throws Exception {
		serve("POST:.a", (exchange) -> Mono.just(bytes("no")));
		NatsReply reply = post(streamCaller(), "/a", endless()).block(TIMEOUT);
		assertThat(reply).isNotNull();
		assertThat(text(reply.body())).isEqualTo("no");
		await().atMost(TIMEOUT).untilTrue(this.cancelled);
		assertThat(this.source.taken()).isZero();
	}

	@Test
	void answerAmidTheRequestStopsItsSource() throws Exception {
		serve("POST:.a", (exchange) -> requestBody(exchange).take(3).thenMany(Mono.just(bytes("enough"))));
		NatsReply reply = post(streamCaller(), "/a", endless()).block(TIMEOUT);
		assertThat(reply).isNotNull();
		assertThat(text(reply.body())).isEqualTo("enough");
		await().atMost(TIMEOUT).untilTrue(this.cancelled);
		assertThat(this.source.taken()).isLessThanOrEqualTo(2 * WINDOW);
	}

	@Test
	void handlerThatEndsTheExchangeWhileItsRequestIsReadEndsBoth() throws Exception {
		BlockingQueue<IncomingExchange> exchanges = new LinkedBlockingQueue<>();
		listen(new NatsListenerOptions("service", 10, 4096, true, STREAMS), exchanges::add, "POST:.a");
		Mono<NatsReply> reply = post(streamCaller(), "/a", Flux.concat(FLUSH, Flux.never())).cache();
		reply.subscribe(null, (ex) -> {
		});
		IncomingExchange exchange = exchanges.poll(30, TimeUnit.SECONDS);
		assertThat(exchange).isNotNull();
		StepVerifier.create(exchange.stream(EXECUTOR))
			.then(() -> assertThat(exchange.discard()).isTrue())
			.expectError(NatsExchangeException.class)
			.verify(TIMEOUT);
		assertFails(reply, ExchangeFailure.STREAM_FAILED, 502);
		StepVerifier.create(exchange.stream(EXECUTOR)).expectError().verify(TIMEOUT);
	}

	@Test
	void requestAcceptedAfterItsExchangeHasEndedLeavesNothing() throws Exception {
		BlockingQueue<IncomingExchange> exchanges = new LinkedBlockingQueue<>();
		NatsListener listener = listen(exchanges::add, "POST:.a");
		post(streamCaller(), "/a", endless()).subscribe();
		IncomingExchange exchange = exchanges.poll(30, TimeUnit.SECONDS);
		assertThat(exchange).isNotNull();
		assertThat(exchange.reply(ok(), NO_BODY)).isTrue();
		StepVerifier.create(exchange.stream(EXECUTOR)).expectError(NatsExchangeException.class).verify(TIMEOUT);
		assertThat(listener.waiting()).isZero();
	}

	@Test
	void serviceThatGoesAwayIsMissed() throws Exception {
		this.streams = STREAMS;
		serve("GET:.a", (exchange) -> endless());
		BodyStream stream = stream(getStream(streamCaller(), "/a"));
		long start = System.nanoTime();
		this.serviceConnection.close();
		assertBroken(stream.consumedFrames(), ExchangeFailure.STREAM_BROKEN);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LOST_AFTER.plus(TIMEOUT));
		await().atMost(TIMEOUT).untilTrue(this.cancelled);
	}

	@Test
	void callerThatGoesAwayIsMissed() throws Exception {
		this.streams = STREAMS;
		serve("GET:.a", (exchange) -> endless());
		BodyStream stream = stream(getStream(streamCaller(), "/a"));
		this.callerConnection.close();
		await().atMost(LOST_AFTER.plus(TIMEOUT)).untilTrue(this.cancelled);
		assertBroken(stream.frames(), ExchangeFailure.STREAM_BROKEN);
	}

	@Test
	void quietStreamIsKeptAlive() throws Exception {
		this.streams = STREAMS;
		serve("GET:.a",
				(exchange) -> Flux.concat(FLUSH, Mono.delay(LOST_AFTER.multipliedBy(2)).map((tick) -> bytes("late"))));
		BodyStream stream = stream(getStream(streamCaller(), "/a"));
		StepVerifier.create(stream.consumedFrames().map(AbstractExchangeTests::text))
			.expectNext("late")
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void endThatWaitsLongerIsKeptAliveByOneThatPingsAsUsual() throws Exception {
		StreamOptions patient = new StreamOptions(WINDOW, FRAME, Duration.ofMinutes(10));
		assertThat(patient.pingInterval()).isEqualTo(StreamOptions.DEFAULTS.pingInterval());
		assertThat(STREAMS.pingInterval()).isEqualTo(LOST_AFTER.dividedBy(3));
	}

	@Test
	void streamThatMeetsARestartOfTheBrokerIsWholeOrFails() throws Exception {
		// What is lost with the broker may be what both ends wait for.
		this.streams = STREAMS;
		long length = 30_000_000;
		serve("GET:.a", (exchange) -> Flux.concat(FLUSH, this.source.chunks(length, 3000)));
		BodyStream stream = stream(getStream(streamCaller(), "/a"));
		TestContent received = new TestContent();
		AtomicBoolean failed = new AtomicBoolean();
		AtomicBoolean completed = new AtomicBoolean();
		stream.consumedFrames()
			.subscribe(received::check, (ex) -> failed.set(ex instanceof NatsExchangeException),
					() -> completed.set(true));
		await().atMost(TIMEOUT).until(() -> received.checked() > 100_000);
		broker().restart();
		await().atMost(TIMEOUT.plus(TIMEOUT)).until(() -> failed.get() || completed.get());
		assertThat(completed.get()).isEqualTo(received.checked() == length);
		await().atMost(TIMEOUT).untilAsserted(() -> {
			assertThat(this.callerConnection.getStatus()).hasToString("CONNECTED");
			assertThat(this.serviceConnection.getStatus()).hasToString("CONNECTED");
		});
	}

	@Test
	void sourceThatFailsToCancelLeavesNothingBehind() throws Exception {
		Publisher<byte[]> source = (subscriber) -> subscriber.onSubscribe(new Subscription() {

			private int sent;

			@Override
			public void request(long n) {
				int number = this.sent++;
				if (number == 0) {
					subscriber.onNext(bytes("first"));
				}
				else if (number == 1) {
					subscriber.onNext(BodyChunks.FLUSH);
				}
			}

			@Override
			public void cancel() {
				throw new IllegalStateException("cancel fails");
			}

		});
		serve("GET:.a", (exchange) -> source);
		stream(getStream(streamCaller(), "/a")).discard();
	}

}
