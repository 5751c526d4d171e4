package io.natsproxy.core.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Message;
import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.exchange.listener.NatsListener;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.format.LineFormat;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.websocket.WebSocketEvent;
import io.natsproxy.core.websocket.service.WebSocketCommands;
import io.natsproxy.core.wire.WireProtocol;
import io.natsproxy.test.PermissionFront;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A server that does not permit everything. Nothing here waits until an exchange's time
 * is over: that would take longer than a test may.
 */
class PermissionTests extends AbstractStreamTests {

	private static final Duration LONG = Duration.ofMinutes(10);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static PermissionFront front;

	@BeforeAll
	static void startFront() {
		front = new PermissionFront(broker());
	}

	@AfterAll
	static void stopFront() {
		front.close();
	}

	@AfterEach
	void permitAll() {
		front.permitPublish((subject) -> true);
		front.permitSubscribe((subject) -> true);
	}

	@Override
	String url() {
		return front.url();
	}

	private static void deny(String... subjects) {
		front.permitPublish((subject) -> !List.of(subjects).contains(subject));
	}

	private static NatsExchangeException fails(Mono<?> exchange) {
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		exchange.subscribe(null, failure::complete,
				() -> failure.completeExceptionally(new AssertionError("It did not fail")));
		return (NatsExchangeException) failure.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
	}

	private Mono<NatsReply> ask(NatsCaller caller, String target) {
		return exchange(caller, request("GET", target), "", LONG);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/secret", "/it's", "/%22quoted%22", "/back\\slash", "/%7E" })
	void requestThatMayNotBePublishedFailsAtOnce(String target) throws Exception {
		String subject = this.callerSide.subjectCodec().subject("GET", target);
		deny(subject);
		AtomicInteger cancels = counting("natsproxy.cancel");
		NatsExchangeException failure = fails(ask(caller(), target));
		assertThat(failure.failure()).isEqualTo(ExchangeFailure.NOT_PERMITTED);
		assertThat(failure.status()).isEqualTo(502);
		assertThat(failure).hasMessageEndingWith(": " + subject);
		assertThat(failure.detail()).isEqualTo("The request may not be passed on to NATS");
		assertThat(text(NatsReply.of(failure).body())).contains("\"status\":502");
		settle();
		assertThat(cancels).hasValue(0);
	}

	@Test
	void requestsThatMayNotBePublishedHoldNoPlace() {
		deny("GET:.secret");
		NatsCaller caller = caller(
				new NatsCallerOptions(1, WireProtocol.MAX_HEAD_SIZE, WireProtocol.MAX_CONTROL_LINE, STREAMS));
		for (int i = 0; i < 20; i++) {
			assertThat(fails(ask(caller, "/secret")).failure()).isEqualTo(ExchangeFailure.NOT_PERMITTED);
		}
	}

	@Test
	void noticesThatMayNotBePublishedAreNotTriedAgainAndDoNoHarm() throws Exception {
		Map<String, Integer> tried = new ConcurrentHashMap<>();
		front.permitPublish((subject) -> {
			boolean permitted = !subject.startsWith("_INBOX.");
			if (!permitted) {
				tried.merge(subject, 1, Integer::sum);
			}
			return permitted;
		});
		BlockingQueue<IncomingExchange> received = new LinkedBlockingQueue<>();
		// Once in a second: the denial of a notice is there before the next one.
		StreamOptions often = new StreamOptions(WINDOW, WINDOW, FRAME, Duration.ofSeconds(3), LONG,
				Duration.ofMillis(100));
		listen(new NatsListenerOptions("service", 10, WireProtocol.MAX_HEAD_SIZE, true, often), received::add,
				"GET:.a");
		List<CompletableFuture<NatsReply>> replies = new ArrayList<>();
		for (int i = 1; i <= 3; i++) {
			replies.add(ask(caller(), "/a").toFuture());
			int callers = i;
			await().atMost(PATIENCE).until(() -> tried.size() == callers);
		}
		assertThat(tried.values()).containsOnly(1);
		permitAll();
		for (CompletableFuture<NatsReply> reply : replies) {
			received.remove().reply(ok(), NO_BODY);
			assertThat(reply.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).head().status()).isEqualTo(200);
		}
	}

	/**
	 * Sends a request as a caller that is written by hand.
	 */
	private void send(String replySubject, String noticeSubject) {
		this.callerConnection.publish("GET:.a", replySubject,
				new io.nats.client.impl.Headers().add("Natsproxy-Version", "1")
					.add("Natsproxy-Method", "GET")
					.add("Natsproxy-Target", "/a")
					.add(WireProtocol.PROCESSING_HEADER, noticeSubject),
				NO_BODY);
	}

	/**
	 * Listens, and returns what is told to a caller to whom it is permitted: one notice
	 * for each turn, or two.
	 */
	private BlockingQueue<Message> listenAndTellOften(BlockingQueue<IncomingExchange> received) throws Exception {
		StreamOptions often = new StreamOptions(WINDOW, WINDOW, FRAME, Duration.ofMillis(150), LONG,
				Duration.ofMillis(50));
		listen(new NatsListenerOptions("service", 2000, WireProtocol.MAX_HEAD_SIZE, true, often), received::add,
				"GET:.a");
		BlockingQueue<Message> told = new LinkedBlockingQueue<>();
		this.callerConnection.createDispatcher(told::add).subscribe("_INBOX.told");
		send("_INBOX.waits", "_INBOX.told");
		assertThat(told.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
		return told;
	}

	private static void awaitTurns(BlockingQueue<Message> told) throws Exception {
		told.clear();
		for (int i = 0; i < 4; i++) {
			assertThat(told.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
		}
	}

	private static long denied(String prefix) {
		return front.denied().stream().filter((subject) -> subject.startsWith(prefix)).count();
	}

	@Test
	void repliesThatMayNotBePublishedAreNoNotices() throws Exception {
		int replies = 1000;
		front.permitPublish((subject) -> !subject.startsWith("_INBOX.reply.") && !subject.equals("_INBOX.denied"));
		BlockingQueue<IncomingExchange> received = new LinkedBlockingQueue<>();
		BlockingQueue<Message> told = listenAndTellOften(received);
		send("_INBOX.first", "_INBOX.denied");
		await().atMost(PATIENCE).until(() -> denied("_INBOX.denied") > 0);
		for (int i = 0; i < replies; i++) {
			send("_INBOX.reply." + i, "_INBOX.denied");
		}
		await().atMost(PATIENCE).until(() -> received.size() == replies + 2);
		received.stream().skip(2).forEach((exchange) -> exchange.reply(ok(), NO_BODY));
		await().atMost(PATIENCE).until(() -> denied("_INBOX.reply.") == replies);
		awaitTurns(told);
		assertThat(denied("_INBOX.denied")).isEqualTo(1);
		received.forEach(IncomingExchange::discard);
	}

	@Test
	void callerWhoNamesManySubjectsCausesFewViolationsAndKeepsNobodyFromBeingTold() throws Exception {
		int requests = 1500;
		front.permitPublish((subject) -> !subject.startsWith("_INBOX.many."));
		BlockingQueue<IncomingExchange> received = new LinkedBlockingQueue<>();
		BlockingQueue<Message> told = listenAndTellOften(received);
		for (int i = 0; i < requests; i++) {
			send("_INBOX.asks." + i, "_INBOX.many." + i);
		}
		await().atMost(PATIENCE).until(() -> received.size() == requests + 1);
		// The one that is told is on trial at first.
		await().atMost(PATIENCE).until(() -> denied("_INBOX.many.") >= 99);
		awaitTurns(told);
		// 100 at a time: more where a busy machine takes longer than a trial to deny.
		assertThat(denied("_INBOX.many.")).isLessThan(requests / 2);
		received.forEach(IncomingExchange::discard);
	}

	@Test
	void otherExchangesGoOn() throws Exception {
		deny("GET:.secret");
		BlockingQueue<IncomingExchange> received = new LinkedBlockingQueue<>();
		listen(received::add, "GET:.*");
		NatsCaller caller = caller();
		CompletableFuture<NatsReply> other = ask(caller, "/public").toFuture();
		IncomingExchange exchange = received.poll(30, TimeUnit.SECONDS);
		fails(ask(caller, "/secret"));
		assertThat(other).isNotDone();
		exchange.reply(ok(), bytes("fine"));
		assertThat(text(other.get(30, TimeUnit.SECONDS).body())).isEqualTo("fine");
	}

	@Test
	void streamedRequestThatMayNotBePublishedFailsAtOnce() {
		deny("POST:.secret");
		Mono<NatsReply> reply = streamCaller().exchange(request("POST", "/secret"), Flux.concat(FLUSH, Flux.never()),
				LONG, EXECUTOR);
		assertThat(fails(reply).failure()).isEqualTo(ExchangeFailure.NOT_PERMITTED);
	}

	@Test
	void commandThatMayNotBePublishedFailsAtOnce() {
		deny("natsproxy.ws.socket.a.b");
		WebSocketCommands commands = new WebSocketCommands(this.callerSide, caller(), LONG,
				NatsWebSocketOptions.DEFAULTS);
		assertThat(fails(commands.join("a.b", "group")).failure()).isEqualTo(ExchangeFailure.NOT_PERMITTED);
	}

	@Test
	void requestInAnotherFormatThatMayNotBePublishedFailsAtOnce() {
		LineFormat format = new LineFormat();
		List<String> subjects = format.subjects("GET", "/secret");
		deny(subjects.toArray(String[]::new));
		Mono<NatsReply> reply = caller().exchange(request("GET", "/secret"), Mono.empty(),
				new CallOptions(LONG, ForkJoinPool.commonPool()).in(new FormatCall(format, null)));
		assertThat(fails(reply).failure()).isEqualTo(ExchangeFailure.NOT_PERMITTED);
	}

	@Test
	void uploadWhoseFramesMayNotBePublishedBreaksOffAtOnce() throws Exception {
		CompletableFuture<String> own = new CompletableFuture<>();
		subscribe("POST:.a", (message) -> {
			own.complete(this.serviceConnection.createInbox());
			deny(own.join());
			this.serviceConnection.publish(message.getReplyTo(), own.join(),
					new io.nats.client.impl.Headers().add("Natsproxy-Frame", "accept 1"), bytes("1000"));
		});
		Mono<NatsReply> reply = streamCaller().exchange(request("POST", "/a"),
				Flux.concat(FLUSH, Mono.just(bytes("data")), Flux.never()), LONG, EXECUTOR);
		assertThat(fails(reply).failure()).isEqualTo(ExchangeFailure.NOT_PERMITTED);
	}

	@Test
	void responseWhoseCreditMayNotBePublishedBreaksOffAtOnce() throws Exception {
		String own = this.serviceConnection.createInbox();
		deny(own);
		subscribe("GET:.a", (message) -> this.serviceConnection.publish(message.getReplyTo(), own,
				new io.nats.client.impl.Headers().add("Natsproxy-Status", "200").add("Natsproxy-Body", "stream"),
				bytes("0")));
		BodyStream body = stream(streamCaller().exchange(request("GET", "/a"), Mono.empty(), LONG, EXECUTOR));
		assertThat(fails(body.consumedFrames().then()).failure()).isEqualTo(ExchangeFailure.NOT_PERMITTED);
	}

	@Test
	void handlerWhoseResponseMayNotBePublishedIsCancelledAtOnce() throws Exception {
		AtomicBoolean cancelled = new AtomicBoolean();
		NatsListener listener = serve("GET:.a",
				(exchange) -> Flux.concat(FLUSH, Flux.<byte[]>never()).doOnCancel(() -> cancelled.set(true)));
		String caller = this.callerConnection.createInbox();
		deny(caller);
		this.callerConnection.publish("GET:.a", caller, null, NO_BODY);
		await().atMost(PATIENCE).untilTrue(cancelled);
		assertThat(listener.inFlight()).isZero();
	}

	@Test
	void requestsFailAtOnceWhileTheInboxIsRefusedAndWorkWhenItIsNot() throws Exception {
		listen((exchange) -> exchange.reply(ok(), bytes("hello")), "GET:.a");
		front.permitSubscribe((subject) -> !subject.startsWith("_INBOX."));
		NatsCaller caller = caller();
		NatsExchangeException failure = fails(ask(caller, "/a"));
		assertThat(failure.failure()).isEqualTo(ExchangeFailure.INBOX_REFUSED);
		assertThat(failure.status()).isEqualTo(503);
		assertThat(text(NatsReply.of(failure).body())).doesNotContain("_INBOX");
		assertThat(this.callerSide.transport().refusedSubscriptions()).singleElement()
			.asString()
			.startsWith("_INBOX.")
			.endsWith(".*");
		assertThat(fails(ask(caller, "/a")).failure()).isEqualTo(ExchangeFailure.INBOX_REFUSED);
		front.permitSubscribe((subject) -> true);
		await().atMost(PATIENCE).until(() -> this.callerSide.transport().refusedSubscriptions().isEmpty());
		assertThat(text(get(caller, "/a").body())).isEqualTo("hello");
	}

	@Test
	void exchangesUnderWayEndWhenTheInboxIsRefused() throws Exception {
		AtomicInteger requests = counting("GET:.nobody");
		front.permitSubscribe((subject) -> !subject.startsWith("_INBOX."));
		// Published before the server has said what it thinks of the inbox.
		CompletableFuture<NatsReply> reply = ask(caller(), "/nobody").toFuture();
		assertThat(reply).failsWithin(PATIENCE)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(NatsExchangeException.class);
		assertThat(requests).hasValueLessThanOrEqualTo(1);
	}

	@Test
	void routeThatIsRefusedIsNamedAndServedWhenItIsPermitted() throws Exception {
		front.permitSubscribe((subject) -> !subject.equals("GET:.b"));
		listen((exchange) -> exchange.reply(ok(), bytes("hello")), "GET:.a", "GET:.b");
		await().atMost(PATIENCE)
			.untilAsserted(
					() -> assertThat(this.serviceSide.transport().refusedSubscriptions()).containsExactly("GET:.b"));
		NatsCaller caller = caller();
		assertThat(text(get(caller, "/a").body())).isEqualTo("hello");
		assertThat(fails(ask(caller, "/b")).failure()).isEqualTo(ExchangeFailure.NO_RESPONDERS);
		front.permitSubscribe((subject) -> true);
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(this.serviceSide.transport().refusedSubscriptions()).isEmpty());
		assertThat(text(get(caller, "/b").body())).isEqualTo("hello");
	}

	@Test
	void routeThatIsNoLongerServedIsNoLongerNamed() throws Exception {
		front.permitSubscribe((subject) -> !subject.equals("GET:.b"));
		NatsListener listener = listen((exchange) -> exchange.reply(ok(), NO_BODY), "GET:.b");
		await().atMost(PATIENCE).until(() -> !this.serviceSide.transport().refusedSubscriptions().isEmpty());
		listener.drain(TIMEOUT);
		assertThat(this.serviceSide.transport().refusedSubscriptions()).isEmpty();
	}

	@Test
	void refusedRouteIsAskedForAnewByANewConnection() throws Exception {
		front.permitSubscribe((subject) -> !subject.equals("GET:.b"));
		listen((exchange) -> exchange.reply(ok(), bytes("hello")), "GET:.b");
		await().atMost(PATIENCE).until(() -> !this.serviceSide.transport().refusedSubscriptions().isEmpty());
		front.permitSubscribe((subject) -> true);
		this.serviceConnection.forceReconnect();
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(this.serviceSide.transport().refusedSubscriptions()).isEmpty());
		assertThat(text(get(caller(), "/b").body())).isEqualTo("hello");
	}

	@Test
	void streamIsBrokenOffAtOnceWhereTheInboxOfTheServiceIsRefused() throws Exception {
		serve("POST:.a", (exchange) -> requestBody(exchange).thenMany(Flux.empty()));
		NatsCaller caller = streamCaller();
		this.callerConnection.flush(TIMEOUT);
		front.permitSubscribe((subject) -> !subject.startsWith("_INBOX."));
		for (int i = 0; i < 2; i++) {
			Mono<NatsReply> reply = caller.exchange(request("POST", "/a"), Flux.concat(FLUSH, Flux.never()), LONG,
					EXECUTOR);
			StepVerifier
				.create(reply.map((answer) -> answer.head().status())
					.onErrorResume(NatsExchangeException.class, (ex) -> Mono.just(ex.status())))
				.assertNext((status) -> assertThat(status).isBetween(500, 503))
				.expectComplete()
				.verify(PATIENCE);
		}
	}

	@Test
	void eventsThatMayNotBeReceivedFailAndSayNothingOfHealth() {
		front.permitSubscribe((subject) -> !subject.startsWith("natsproxy.ws.event"));
		WebSocketCommands commands = new WebSocketCommands(this.callerSide, caller(), LONG,
				NatsWebSocketOptions.DEFAULTS);
		StepVerifier.create(commands.events().map(WebSocketEvent::type))
			.expectError(IllegalStateException.class)
			.verify(PATIENCE);
		assertThat(this.callerSide.transport().refusedSubscriptions()).isEmpty();
	}

}
