package io.natsproxy.core.exchange;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.exchange.listener.NatsListener;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.format.FormatRequest;
import io.natsproxy.core.format.LineFormat;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.wire.WireProtocol;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Tests of exchanges on whose way something is thrown that nobody expects. Whatever it
 * is, they end, and nothing of them is left behind.
 */
class ExchangeFailureTests extends AbstractStreamTests {

	private FailingTransport callerTransport;

	private FailingTransport serviceTransport;

	@BeforeEach
	void wrapTransports() {
		this.callerTransport = new FailingTransport(this.callerSide.transport());
		this.serviceTransport = new FailingTransport(this.serviceSide.transport());
		this.callerSide.close();
		this.serviceSide.close();
		this.callerSide = exchanges(this.callerTransport);
		this.serviceSide = exchanges(this.serviceTransport);
	}

	private static NatsExchanges exchanges(NatsTransport transport) {
		return new NatsExchanges(transport, "", ReplySubjects.DEFAULT_PREFIXES,
				ByteBudget.ofHeap(ByteBudget.DEFAULT_PERCENT));
	}

	private static Throwable outcome(Mono<?> exchange) {
		return catchThrowable(() -> exchange.block(TIMEOUT));
	}

	@Test
	void anAbortEndsTheSubscriptionsOfAStartThatFails() throws Exception {
		NatsListener listener = newListener(new NatsListenerOptions("service"),
				(exchange) -> exchange.reply(ok(), NO_BODY));
		this.serviceTransport.failAtSubscriptionTo("GET:.b"::equals);
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> listener.start(List.of("GET:.a", "GET:.b")));
		listener.abort();
		this.serviceConnection.flush(TIMEOUT);
		assertFails(exchange(caller(), request("GET", "/a"), "", TIMEOUT), ExchangeFailure.NO_RESPONDERS, 503);
	}

	@Test
	void aCallerThatCannotSubscribeLeavesNothingToBeRepeated() {
		int repeated = this.callerSide.timer().repeating();
		this.callerTransport.failAtSubscriptionTo((subject) -> true);
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> newCaller(NatsCallerOptions.DEFAULTS));
		assertThat(this.callerSide.timer().repeating()).isEqualTo(repeated);
		this.callerTransport.failAtSubscriptionTo((subject) -> false);
		caller().close();
		assertThat(this.callerSide.timer().repeating()).isEqualTo(repeated);
	}

	/**
	 * One caller is told every three seconds, and another cannot be told at first: that
	 * does not count as told.
	 */
	@Test
	void aNoticeThatCannotBeSentIsTriedAgainAtTheNextTurn() throws Exception {
		StreamOptions streams = new StreamOptions(WINDOW, WINDOW, FRAME, TIMEOUT, TIMEOUT, Duration.ofMillis(50));
		listen(new NatsListenerOptions("service", 10, WireProtocol.MAX_HEAD_SIZE, true, streams), (exchange) -> {
			// It is never answered.
		}, "GET:.a");
		BlockingQueue<String> told = new LinkedBlockingQueue<>();
		this.callerConnection.createDispatcher((message) -> told.add(message.getSubject())).subscribe("_INBOX.told.*");
		this.callerConnection.flush(TIMEOUT);
		this.serviceTransport
			.refuse((subject) -> subject.equals("_INBOX.told.late") && this.serviceTransport.failures() < 3);
		for (String name : List.of("late", "other")) {
			this.callerConnection.publish("GET:.a", "_INBOX.reply." + name,
					new Headers().add("Natsproxy-Version", "1")
						.add("Natsproxy-Method", "GET")
						.add("Natsproxy-Target", "/a")
						.add(WireProtocol.PROCESSING_HEADER, "_INBOX.told." + name),
					NO_BODY);
		}
		assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("_INBOX.told.other");
		assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("_INBOX.told.late");
		assertThat(this.serviceTransport.failures()).isEqualTo(3);
		for (String name : List.of("late", "other")) {
			this.callerConnection.publish("natsproxy.cancel", bytes("_INBOX.reply." + name));
		}
	}

	@Test
	void aRequestThatCannotBePublishedFailsAtOnce() {
		NatsCaller caller = caller();
		this.callerTransport.failAtHeads();
		assertThat(outcome(exchange(caller, request("POST", "/a"), "body", Duration.ofMinutes(5))))
			.isInstanceOf(OutOfMemoryError.class);
		assertThat(caller.inFlight()).isZero();
	}

	@Test
	void aRequestInAnotherFormatThatCannotBePublishedFailsAtOnce() {
		NatsCaller caller = caller();
		this.callerTransport.failAtHeads();
		FormatCall call = new FormatCall(new LineFormat(), null, null);
		assertThat(outcome(caller.exchange(request("POST", "/a"), Mono.just(bytes("body")),
				new CallOptions(Duration.ofMinutes(5), EXECUTOR).in(call))))
			.isInstanceOf(OutOfMemoryError.class);
		assertThat(caller.inFlight()).isZero();
	}

	@Test
	void aBodyThatThrowsOnSubscriptionEndsTheExchange() {
		NatsCaller caller = caller();
		assertThat(outcome(caller.exchange(request("POST", "/a"), (subscriber) -> {
			throw new OutOfMemoryError("test");
		}, Duration.ofMinutes(5), EXECUTOR))).isInstanceOf(OutOfMemoryError.class);
		assertThat(caller.inFlight()).isZero();
	}

	@Test
	void aBodyThatCannotBeTakenEndsTheExchange() throws Exception {
		NatsCaller caller = streamCaller();
		listen((exchange) -> exchange.reply(ok(), NO_BODY), "POST:.a");
		this.callerTransport.failAtHeads();
		Flux<byte[]> body = Flux.concat(Flux.just(bytes("first")), FLUSH, Flux.never());
		assertThat(outcome(post(caller, "/a", body))).isInstanceOf(OutOfMemoryError.class);
		assertThat(caller.inFlight()).isZero();
	}

	@Test
	void aReplyThatNoThreadTakesFailsTheExchange() throws Exception {
		listen((exchange) -> exchange.reply(ok(), bytes("hello")), "GET:.a");
		NatsCaller caller = caller();
		Executor failing = (task) -> {
			throw new OutOfMemoryError("test");
		};
		assertThat(outcome(caller.exchange(request("GET", "/a"), Mono.empty(), Duration.ofMinutes(5), failing)))
			.isInstanceOf(OutOfMemoryError.class);
		assertThat(caller.inFlight()).isZero();
	}

	@Test
	void aHandlerWithoutMemoryIsAnsweredFor() throws Exception {
		NatsListener listener = listen((exchange) -> {
			throw new OutOfMemoryError("test");
		}, "GET:.a");
		assertThat(get(caller(), "/a").head().status()).isEqualTo(500);
		await().until(() -> listener.inFlight() == 0);
	}

	@Test
	void aFormatWithoutMemoryKeepsNoPlace() throws Exception {
		AtomicBoolean failing = new AtomicBoolean(true);
		LineFormat format = new LineFormat() {

			@Override
			public FormatRequest decodeRequest(byte[] payload) {
				if (failing.get()) {
					throw new OutOfMemoryError("test");
				}
				return super.decodeRequest(payload);
			}

		};
		NatsListener listener = listen(
				new NatsListenerOptions("service", 1, 1, WireProtocol.MAX_HEAD_SIZE, true, STREAMS, format),
				(exchange) -> exchange.reply(ok(), bytes("hello")), "GET:.a");
		for (int i = 0; i < 3; i++) {
			assertThat(this.callerConnection.request("GET:.a", NO_BODY, SHORT)).isNull();
		}
		assertThat(listener.inFlight()).isZero();
		failing.set(false);
		Message reply = this.callerConnection.request("GET:.a", NO_BODY, TIMEOUT);
		assertThat(reply).isNotNull();
	}

	@Test
	void aReplyThatCannotBePublishedKeepsNoPlace() throws Exception {
		NatsListener listener = listen((exchange) -> exchange.reply(ok(), bytes("hello")), "GET:.a");
		this.serviceTransport.failAtHeads();
		assertFails(exchange(caller(), request("GET", "/a"), "", SHORT), ExchangeFailure.REPLY_TIMEOUT, 504);
		await().atMost(TIMEOUT).until(() -> listener.inFlight() + listener.streams() == 0);
	}

	@Test
	void aStreamedHeadThatCannotBePublishedEndsTheExchange() throws Exception {
		NatsListener listener = serve("GET:.a", (exchange) -> Flux.concat(FLUSH, Flux.never()));
		this.serviceTransport.failAtHeads();
		assertFails(exchange(streamCaller(), request("GET", "/a"), "", TIMEOUT), ExchangeFailure.STREAM_FAILED, 502);
		await().atMost(TIMEOUT).until(() -> listener.inFlight() + listener.streams() == 0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "data", "end" })
	void aResponseOfWhichAFrameIsMissingIsBroken(String kind) throws Exception {
		NatsListener listener = serve("GET:.a",
				(exchange) -> Flux.concat(FLUSH, new TestContent().chunks(200_000, 3000)));
		this.serviceTransport.failAt(kind);
		Throwable outcome = outcome(stream(getStream(streamCaller(), "/a")).consumedFrames().then());
		assertThat(outcome).isInstanceOf(NatsExchangeException.class);
		assertThat(this.serviceTransport.failures()).isPositive();
		await().atMost(TIMEOUT).until(() -> listener.inFlight() + listener.streams() == 0);
	}

	@Test
	void aResponseForWhichNoCreditCanBeGrantedIsBroken() throws Exception {
		NatsListener listener = serve("GET:.a",
				(exchange) -> Flux.concat(FLUSH, new TestContent().chunks(200_000, 3000)));
		this.callerTransport.failAt("credit");
		Throwable outcome = outcome(
				getStream(streamCaller(), "/a").flatMap((reply) -> reply.stream().consumedFrames().then()));
		assertThat(outcome).isInstanceOf(OutOfMemoryError.class);
		await().atMost(TIMEOUT).until(() -> listener.inFlight() + listener.streams() == 0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "accept", "credit" })
	void aRequestThatTheServiceCannotReceiveEnds(String kind) throws Exception {
		CompletableFuture<SignalType> received = new CompletableFuture<>();
		NatsListener listener = serve("POST:.a",
				(exchange) -> requestBody(exchange).doFinally(received::complete).thenMany(Flux.empty()));
		this.serviceTransport.failAt(kind);
		Flux<byte[]> body = Flux.concat(FLUSH, new TestContent().chunks(200_000, 3000));
		Throwable outcome = outcome(
				streamCaller().exchange(request("POST", "/a"), body, SHORT.multipliedBy(4), EXECUTOR));
		assertThat(outcome).isInstanceOf(NatsExchangeException.class);
		await().atMost(TIMEOUT).until(() -> listener.inFlight() + listener.streams() == 0);
		if (kind.equals("accept")) {
			// Whether it fails first, or the handler is cancelled.
			assertThat(received.get(30, TimeUnit.SECONDS)).isIn(SignalType.ON_ERROR, SignalType.CANCEL);
		}
	}

	@Test
	void aStreamThatCanNoLongerBeWatchedEnds() throws Exception {
		NatsListener listener = serve("GET:.a", (exchange) -> Flux.concat(FLUSH, Flux.never()));
		this.callerTransport.failAt("ping");
		Throwable outcome = outcome(stream(getStream(streamCaller(), "/a")).consumedFrames().then());
		assertThat(outcome).isInstanceOf(NatsExchangeException.class);
		await().atMost(TIMEOUT).until(() -> listener.inFlight() + listener.streams() == 0);
	}

	@Test
	void theExchangesOfOthersGoOn() throws Exception {
		listen((exchange) -> exchange.reply(ok(), bytes("hello")), "GET:.a");
		NatsCaller caller = caller();
		this.callerTransport.failAtHeads();
		assertThat(outcome(exchange(caller, request("GET", "/a"), "", TIMEOUT))).isInstanceOf(OutOfMemoryError.class);
		this.callerTransport.failAt("nothing");
		assertThat(text(get(caller, "/a").body())).isEqualTo("hello");
		assertThat(transport().isConnected()).isTrue();
	}

	private NatsTransport transport() {
		return this.callerSide.transport();
	}

}
