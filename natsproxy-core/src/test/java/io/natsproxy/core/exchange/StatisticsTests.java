package io.natsproxy.core.exchange;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.nats.client.impl.Headers;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.stream.StreamOptions;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Both sides count the same exchanges and streams.
 */
class StatisticsTests extends AbstractStreamTests {

	private static final int LENGTH = 3 * 1024 * 1024;

	private final TestContent source = new TestContent();

	@Override
	StreamOptions streams() {
		return PATIENT;
	}

	private ExchangeStatistics calls() {
		return this.callerSide.callerStatistics().exchanges();
	}

	private ExchangeStatistics handled() {
		return this.serviceSide.listenerStatistics().exchanges();
	}

	private StreamStatistics callerStreams() {
		return this.callerSide.callerStatistics().streams();
	}

	private StreamStatistics serviceStreams() {
		return this.serviceSide.listenerStatistics().streams();
	}

	/**
	 * The caller has its reply before the service has counted it.
	 */
	private void assertEnds(ExchangeStatistics.End end, int number) {
		await().untilAsserted(() -> {
			assertThat(calls().ends(end)).isEqualTo(number);
			assertThat(handled().ends(end)).isEqualTo(number);
		});
	}

	private void assertEnds(StreamStatistics.End end, int number) {
		await().untilAsserted(() -> {
			assertThat(callerStreams().ends(end)).isEqualTo(number);
			assertThat(serviceStreams().ends(end)).isEqualTo(number);
		});
	}

	@Test
	void bothSidesCountWhatIsAnswered() throws Exception {
		serve("POST:.a", (exchange) -> Flux.just(bytes("answer")));
		NatsCaller caller = caller();
		assertThat(reply(caller, request("POST", "/a"), "request").body()).asString(StandardCharsets.UTF_8)
			.isEqualTo("answer");
		assertEnds(ExchangeStatistics.End.ANSWERED, 1);
		for (ExchangeStatistics side : new ExchangeStatistics[] { calls(), handled() }) {
			assertThat(side.begun()).isOne();
			assertThat(side.ended()).isOne();
			assertThat(side.heads()).isOne();
			assertThat(side.headNanos()).isPositive().isLessThanOrEqualTo(side.endNanos());
			assertThat(side.requestBytes()).isEqualTo(7);
			assertThat(side.responseBytes()).isEqualTo(6);
		}
		assertThat(this.callerSide.listenerStatistics().exchanges().begun()).isZero();
		assertThat(this.serviceSide.callerStatistics().exchanges().begun()).isZero();
	}

	@Test
	void exchangesAreActiveUntilTheyEnd() throws Exception {
		AtomicReference<IncomingExchange> open = new AtomicReference<>();
		listen(open::set, "GET:.open");
		NatsCaller caller = caller();
		Mono<?> exchange = exchange(caller, request("GET", "/open"), "", TIMEOUT).cache();
		exchange.subscribe();
		await().untilAsserted(() -> assertThat(open.get()).isNotNull());
		assertThat(calls().active()).isOne();
		assertThat(handled().active()).isOne();
		open.get().reply(ok(), NO_BODY);
		exchange.block(TIMEOUT);
		await().untilAsserted(() -> {
			assertThat(calls().active()).isZero();
			assertThat(handled().active()).isZero();
		});
	}

	@Test
	void failuresAreCountedByTheirKind() throws Exception {
		NatsCaller caller = caller(new NatsCallerOptions(1, 4096, 4096, streams()));
		assertFails(exchange(caller, request("GET", "/nobody"), "", TIMEOUT), ExchangeFailure.NO_RESPONDERS, 503);
		assertThat(calls().failures(ExchangeFailure.NO_RESPONDERS)).isOne();
		assertThat(calls().heads()).isZero();
		AtomicInteger received = counting("GET:.slow");
		assertFails(exchange(caller, request("GET", "/slow"), "", SHORT), ExchangeFailure.REPLY_TIMEOUT, 504);
		assertThat(calls().failures(ExchangeFailure.REPLY_TIMEOUT)).isOne();
		assertThat(received).hasValue(1);
		assertFails(exchange(caller, request("GET", "/" + "x".repeat(5000)), "", TIMEOUT),
				ExchangeFailure.TARGET_TOO_LONG, 414);
		assertThat(calls().failures(ExchangeFailure.TARGET_TOO_LONG)).isOne();
		assertThat(calls().begun()).isEqualTo(2);
		assertThat(calls().ends(ExchangeStatistics.End.ANSWERED)).isZero();
	}

	@Test
	void whatIsRefusedIsCounted() throws Exception {
		listen((exchange) -> exchange.reply(ok(), NO_BODY), "GET:.a");
		String inbox = this.callerConnection.createInbox();
		this.callerConnection.publish("GET:.a", inbox,
				new Headers().add("Natsproxy-Version", "99").add("Natsproxy-Target", "/a"), NO_BODY);
		await().untilAsserted(() -> assertThat(handled().ends(ExchangeStatistics.End.REFUSED)).isOne());
		assertThat(handled().begun()).isZero();
	}

	@Test
	void cancelledExchangesAreCounted() throws Exception {
		AtomicReference<IncomingExchange> open = new AtomicReference<>();
		listen(open::set, "GET:.open");
		Disposable exchange = exchange(caller(), request("GET", "/open"), "", TIMEOUT).subscribe();
		await().untilAsserted(() -> assertThat(open.get()).isNotNull());
		exchange.dispose();
		assertEnds(ExchangeStatistics.End.CANCELLED, 1);
		assertThat(calls().heads()).isZero();
		assertThat(handled().heads()).isZero();
	}

	@Test
	void streamsAreCountedWithAllOfTheirBytes() throws Exception {
		serve("POST:.echo", (exchange) -> Flux.concat(FLUSH, requestBody(exchange)));
		BodyStream stream = stream(
				post(streamCaller(), "/echo", Flux.concat(FLUSH, this.source.chunks(LENGTH, 50_000))));
		assertThat(callerStreams().open()).isOne();
		assertThat(serviceStreams().open()).isOne();
		assertThat(calls().heads()).isOne();
		assertThat(calls().ended()).isZero();
		assertThat(stream.consumedFrames().map((frame) -> frame.length).reduce(0, Integer::sum).block(TIMEOUT))
			.isEqualTo(LENGTH);
		assertEnds(StreamStatistics.End.COMPLETE, 1);
		assertEnds(ExchangeStatistics.End.ANSWERED, 1);
		for (ExchangeStatistics side : new ExchangeStatistics[] { calls(), handled() }) {
			assertThat(side.requestBytes()).isEqualTo(LENGTH);
			assertThat(side.responseBytes()).isEqualTo(LENGTH);
			assertThat(side.heads()).isOne();
		}
	}

	@Test
	void streamsThatWaitForCreditAreStalled() throws Exception {
		serve("GET:.a", (exchange) -> Flux.concat(FLUSH, this.source.chunks(LENGTH, 50_000)));
		Reader reader = new Reader();
		stream(getStream(streamCaller(), "/a")).consumedFrames().subscribe(reader);
		await().untilAsserted(() -> assertThat(serviceStreams().waiting()).isOne());
		long stalls = serviceStreams().stalls();
		reader.requestUnbounded();
		await().untilAsserted(() -> assertThat(reader.read).hasValue(LENGTH));
		assertEnds(StreamStatistics.End.COMPLETE, 1);
		assertThat(serviceStreams().waiting()).isZero();
		assertThat(serviceStreams().stalls()).isGreaterThan(stalls);
		assertThat(serviceStreams().stalledNanos()).isPositive();
	}

	@Test
	void streamsThatNobodyReadsAnyMoreAreCancelled() throws Exception {
		serve("GET:.a", (exchange) -> Flux.concat(FLUSH, this.source.chunks(LENGTH, 50_000)));
		Reader reader = new Reader();
		stream(getStream(streamCaller(), "/a")).consumedFrames().subscribe(reader);
		await().untilAsserted(() -> assertThat(serviceStreams().waiting()).isOne());
		reader.cancel();
		assertEnds(StreamStatistics.End.CANCELLED, 1);
		assertEnds(ExchangeStatistics.End.CANCELLED, 1);
	}

	/**
	 * The source has completed: what is left is pending, and nobody asks it for more.
	 */
	@Test
	void streamsThatEndWhileTheirLastPartWaitsAreStalledNoLonger() throws Exception {
		serve("GET:.a", (exchange) -> Flux.concat(FLUSH, Flux.just(new byte[LENGTH])));
		Reader reader = new Reader();
		stream(getStream(streamCaller(), "/a")).consumedFrames().subscribe(reader);
		await().untilAsserted(() -> assertThat(serviceStreams().waiting()).isOne());
		reader.cancel();
		assertEnds(StreamStatistics.End.CANCELLED, 1);
		await().untilAsserted(() -> assertThat(serviceStreams().waiting()).isZero());
	}

	@Test
	void streamsWhoseSourceFailsAreBroken() throws Exception {
		serve("GET:.a", (exchange) -> Flux.concat(FLUSH, Mono.error(new IllegalStateException("broken"))));
		BodyStream stream = stream(getStream(streamCaller(), "/a"));
		stream.consumedFrames().onErrorComplete().blockLast(TIMEOUT);
		assertEnds(StreamStatistics.End.BROKEN, 1);
		await().untilAsserted(() -> {
			assertThat(calls().failures(ExchangeFailure.STREAM_FAILED)).isOne();
			assertThat(handled().ends(ExchangeStatistics.End.BROKEN)).isOne();
		});
	}

	@Test
	void streamsThatMoveNothingAreIdle() throws Exception {
		serve("GET:.a", (exchange) -> Flux.concat(FLUSH, Mono.never()));
		StreamOptions impatient = new StreamOptions(WINDOW, FRAME, TIMEOUT, SHORT);
		BodyStream stream = stream(getStream(caller(new NatsCallerOptions(10, 4096, 4096, impatient)), "/a"));
		stream.consumedFrames().onErrorComplete().blockLast(TIMEOUT);
		assertThat(callerStreams().ends(StreamStatistics.End.IDLE)).isOne();
		assertThat(calls().failures(ExchangeFailure.STREAM_IDLE)).isOne();
	}

	/**
	 * Asks for nothing before it is told to.
	 */
	private static final class Reader extends BaseSubscriber<byte[]> {

		private final AtomicInteger read = new AtomicInteger();

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			// Nothing is asked for yet.
		}

		@Override
		protected void hookOnNext(byte[] frame) {
			this.read.addAndGet(frame.length);
		}

	}

}
