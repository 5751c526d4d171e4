package io.natsproxy.core.exchange;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.exchange.listener.NatsListener;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.core.wire.TestFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NatsListener}.
 */
class NatsListenerTests extends AbstractExchangeTests {

	private final BlockingQueue<IncomingExchange> received = new LinkedBlockingQueue<>();

	private void echo(IncomingExchange exchange) {
		this.received.add(exchange);
		exchange.reply(ok(), exchange.body());
	}

	private Message ask(String subject, Headers headers, String body) throws Exception {
		return this.callerConnection.request(subject, headers, bytes(body), TIMEOUT);
	}

	private static Headers headers(String method, String target) {
		return new Headers().add("Natsproxy-Version", "1")
			.add("Natsproxy-Method", method)
			.add("Natsproxy-Target", target);
	}

	@Test
	void requestIsHandedOnAndAnswered() throws Exception {
		listen((exchange) -> {
			this.received.add(exchange);
			exchange.reply(new ResponseHead(201, TestFields.of("location", "/a/1", "x-a", "\u00E9")), bytes("created"));
		}, "POST:.a");
		NatsReply reply = reply(caller(), new RequestHead("POST", "/a?b=c", null, TestFields.of("x-b", "\u00E8")),
				"new");
		assertThat(reply.head().status()).isEqualTo(201);
		assertThat(TestFields.toMap(reply.head().headers()))
			.isEqualTo(Map.of("Location", List.of("/a/1"), "X-A", List.of("\u00E9")));
		assertThat(text(reply.body())).isEqualTo("created");
		IncomingExchange exchange = this.received.remove();
		assertThat(exchange.head().method()).isEqualTo("POST");
		assertThat(exchange.head().target()).isEqualTo("/a?b=c");
		assertThat(exchange.head().timeout()).isBetween(Duration.ofMillis(1), TIMEOUT);
		assertThat(TestFields.toMap(exchange.head().headers())).isEqualTo(Map.of("X-B", List.of("\u00E8")));
		assertThat(text(exchange.body())).isEqualTo("new");
	}

	@Test
	void plainRequestHasTheMethodAndThePathOfItsSubject() throws Exception {
		listen(this::echo, "POST:.test.>");
		Message reply = ask("POST:.test.42.a%20b.%", new Headers().add("x-a", "b").add("Nats-Msg-Id", "1"), "plain");
		assertThat(reply.getHeaders().getFirst("Natsproxy-Status")).isEqualTo("200");
		assertThat(text(reply.getData())).isEqualTo("plain");
		RequestHead head = this.received.remove().head();
		assertThat(head.method()).isEqualTo("POST");
		assertThat(head.target()).isEqualTo("/test/42/a%20b/");
		assertThat(head.timeout()).isNull();
		assertThat(TestFields.toMap(head.headers())).isEqualTo(Map.of("X-A", List.of("b")));
	}

	@Test
	void plainRequestNeedsNoHeaders() throws Exception {
		listen(this::echo, "GET:");
		Message reply = ask("GET:", null, "");
		assertThat(reply.getHeaders().getFirst("Natsproxy-Status")).isEqualTo("200");
		assertThat(this.received.remove().head().target()).isEqualTo("/");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET:.test.%41dmin", "GET:.test.a%2eb", "GET:.test.%zz", "GET:.test.%4", "GET:.test.a%" })
	void plainRequestInAnotherSpellingIsA400(String subject) throws Exception {
		listen(this::echo, "GET:.test.*");
		assertProblem(ask(subject, null, ""), 400);
		assertThat(this.received).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "GET,/admin", "GET,/public/x", "POST,/public", "GET,/%70ublic/", "GET,/", "GET,/%zz",
			"OPTIONS,/public" })
	void targetThatIsNotThatOfTheSubjectIsA400(String method, String target) throws Exception {
		listen(this::echo, "GET:.*");
		assertProblem(ask("GET:.public", headers(method, target), ""), 400);
		assertThat(this.received).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "GET,/public", "HEAD,/public", "GET,/%70ublic", "GET,/public;v=1", "GET,/public?a=b" })
	void targetThatMapsToTheSubjectIsHandedOn(String method, String target) throws Exception {
		listen(this::echo, "GET:.*");
		assertThat(ask("GET:.public", headers(method, target), "").getHeaders().getFirst("Natsproxy-Status"))
			.isEqualTo("200");
		RequestHead head = this.received.remove().head();
		assertThat(head.method()).isEqualTo(method);
		assertThat(head.target()).isEqualTo(target);
	}

	@Test
	void targetNeedNotBeThatOfTheSubjectWhereNobodyVerifies() throws Exception {
		listen(new NatsListenerOptions("service", 10, 1024, false), this::echo, "jobs");
		assertThat(ask("jobs", headers("GET", "/a"), "").getHeaders().getFirst("Natsproxy-Status")).isEqualTo("200");
		assertThat(this.received.remove().head().target()).isEqualTo("/a");
	}

	@ParameterizedTest
	@CsvSource({ "Natsproxy-Version,2,505", "Natsproxy-Version,x,400", "Natsproxy-Body,x,400",
			"Natsproxy-Timeout,-1,400", "Natsproxy-Method,G T,400", "Natsproxy-Target,a,400", "X/A,b,400",
			"X-A,a\u0001b,400" })
	void malformedRequestIsAnsweredWithAProblem(String header, String value, int status) throws Exception {
		listen(this::echo, "GET:.a");
		assertProblem(ask("GET:.a", headers("GET", "/a").put(header, value), ""), status);
		assertThat(this.received).isEmpty();
	}

	@Test
	void headOverItsLimitIsA431() throws Exception {
		listen(this::echo, "GET:.a");
		assertProblem(ask("GET:.a", headers("GET", "/a").add("X-A", "x".repeat(32 * 1024)), ""), 431);
		assertThat(this.received).isEmpty();
	}

	@Test
	void replyIsNeverAnswered() throws Exception {
		listen(this::echo, "GET:.a");
		Subscription inbox = this.callerConnection.subscribe("_INBOX.test");
		this.callerConnection.publish("GET:.a", "_INBOX.test", new Headers().add("Natsproxy-Status", "200"), NO_BODY);
		this.callerConnection.publish("GET:.a", "_INBOX.test", headers("GET", "/a").add("Natsproxy-Status", ""),
				NO_BODY);
		this.callerConnection.publish("GET:.a", "_INBOX.test", null, bytes("sentinel"));
		assertThat(text(inbox.nextMessage(TIMEOUT).getData())).isEqualTo("sentinel");
		assertThat(this.received).hasSize(1);
	}

	@Test
	void statusOfNatsIsNeverAnswered() throws Exception {
		listen(this::echo, "GET:.a");
		Subscription inbox = this.callerConnection.subscribe("_INBOX.test");
		this.callerConnection.flush(TIMEOUT);
		publishRaw("GET:.a", "_INBOX.test", "NATS/1.0 503\r\n\r\n");
		publishRaw("GET:.a", "_INBOX.test", "NATS/1.0 100 Idle Heartbeat\r\nX-A: b\r\n\r\n");
		this.callerConnection.publish("GET:.a", "_INBOX.test", null, bytes("sentinel"));
		assertThat(text(inbox.nextMessage(TIMEOUT).getData())).isEqualTo("sentinel");
		assertThat(this.received).hasSize(1);
	}

	private static void publishRaw(String subject, String replySubject, String headerBlock) throws IOException {
		RawPublisher.publish(broker().url(), subject, replySubject, headerBlock, "");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET:.b", "POST:.count.victim.2", "natsproxy.ws.group.news", "natsproxy.cancel", "inbox",
			"_INBOX", "_INBOXES.a", "_inbox.a", "_INBOX..a", "_INBOX.*", "_INBOX.>", "_INBOX.a.*.b",
			"$JS.API.STREAM.DELETE.orders", "$KV.settings.a", "$SYS.REQ.SERVER.PING", "_INBOX.\u00E9" })
	void requestWhoseReplySubjectIsNoInboxIsDroppedAndNothingPublishedThere(String replySubject) throws Exception {
		listen(this::echo, "GET:.*");
		AtomicInteger published = counting(">");
		RawPublisher.publish(broker().url(), "GET:.a", replySubject, "NATS/1.0\r\n\r\n", "dropped");
		assertThat(text(ask("GET:.a", null, "sentinel").getData())).isEqualTo("sentinel");
		settle();
		assertThat(this.received).hasSize(1);
		// The two requests, and the reply to the sentinel.
		await().atMost(TIMEOUT).until(() -> published.get() >= 3);
		assertThat(published).hasValue(3);
	}

	@Test
	void malformedRequestIsNotAnsweredOutsideOfInboxesEither() throws Exception {
		listen(this::echo, "GET:.*");
		AtomicInteger published = counting("GET:.b");
		this.callerConnection.publish("GET:.a", "GET:.b", headers("GET", "/a").put("Natsproxy-Version", "2"), NO_BODY);
		assertThat(ask("GET:.a", null, "")).isNotNull();
		settle();
		assertThat(published).hasValue(0);
	}

	@Test
	void replySubjectOfAnyLengthCostsNoConnection() throws Exception {
		listen(this::echo, "GET:.a");
		RawPublisher.publish(broker().url(), "GET:.a", "_INBOX." + "x".repeat(4000), "NATS/1.0\r\n\r\n", "");
		assertThat(ask("GET:.a", null, "")).isNotNull();
		assertThat(this.received).hasSize(1);
		assertThat(this.serviceConnection.getStatistics().getReconnects()).isZero();
	}

	@Test
	void inboxesOfOtherPrefixesCountWhereTheyAreNamed() throws Exception {
		NatsExchanges named = new NatsExchanges(this.serviceConnection, "", List.of("acme.inbox", "_INBOX_gateway."),
				new ByteBudget(1_000_000));
		NatsListener listener = new NatsListener(named, new NatsListenerOptions("service"), this::echo);
		listener.start(List.of("GET:.a"));
		this.serviceConnection.flush(TIMEOUT);
		Subscription inboxes = this.callerConnection.subscribe("*.>");
		this.callerConnection.flush(TIMEOUT);
		for (String replySubject : List.of("acme.inbox.1", "_INBOX_gateway.1", "acme.inboxes.1", "acme.other",
				"_INBOX_gateways.1")) {
			this.serviceConnection.publish("GET:.a", replySubject, null, NO_BODY);
		}
		// That of the connection itself counts in any case.
		assertThat(this.serviceConnection.request("GET:.a", NO_BODY, TIMEOUT)).isNotNull();
		this.serviceConnection.flush(TIMEOUT);
		this.callerConnection.flush(TIMEOUT);
		List<String> answered = new ArrayList<>();
		for (Message message = inboxes.nextMessage(SHORT); message != null; message = inboxes.nextMessage(SHORT)) {
			if (!message.getSubject().equals("GET:.a")) {
				answered.add(message.getSubject());
			}
		}
		assertThat(answered).hasSize(3).startsWith("acme.inbox.1", "_INBOX_gateway.1");
		assertThat(listener.drain(TIMEOUT)).isTrue();
		named.close();
	}

	@Test
	void messageWithoutAReplySubjectIsDropped() throws Exception {
		listen(this::echo, "GET:.a");
		this.callerConnection.publish("GET:.a", headers("GET", "/a"), bytes("dropped"));
		assertThat(text(ask("GET:.a", null, "sentinel").getData())).isEqualTo("sentinel");
		assertThat(this.received).hasSize(1);
	}

	@Test
	void onlyTheFirstEndOfAnExchangeCounts() throws Exception {
		listen(this.received::add, "GET:.a");
		Subscription inbox = this.callerConnection.subscribe("_INBOX.test");
		this.callerConnection.publish("GET:.a", "_INBOX.test", null, NO_BODY);
		IncomingExchange exchange = this.received.poll(30, TimeUnit.SECONDS);
		assertThat(exchange.reply(ok(), bytes("first"))).isTrue();
		assertThat(exchange.reply(ok(), bytes("second"))).isFalse();
		assertThat(exchange.discard()).isFalse();
		this.serviceConnection.publish("_INBOX.test", bytes("sentinel"));
		assertThat(text(inbox.nextMessage(TIMEOUT).getData())).isEqualTo("first");
		assertThat(text(inbox.nextMessage(TIMEOUT).getData())).isEqualTo("sentinel");
	}

	@Test
	void discardedExchangeIsNotAnswered() throws Exception {
		NatsListener listener = listen(this.received::add, "GET:.a");
		Subscription inbox = this.callerConnection.subscribe("_INBOX.test");
		this.callerConnection.publish("GET:.a", "_INBOX.test", null, NO_BODY);
		IncomingExchange exchange = this.received.poll(30, TimeUnit.SECONDS);
		assertThat(listener.inFlight()).isEqualTo(1);
		assertThat(exchange.discard()).isTrue();
		assertThat(listener.inFlight()).isZero();
		assertThat(exchange.reply(ok(), bytes("late"))).isFalse();
		this.serviceConnection.publish("_INBOX.test", bytes("sentinel"));
		assertThat(text(inbox.nextMessage(TIMEOUT).getData())).isEqualTo("sentinel");
	}

	@Test
	void replyOfMaxPayloadIsSentAndOneByteMoreIsA502() throws Exception {
		listen((exchange) -> exchange.reply(ok(), new byte[Integer.parseInt(text(exchange.body()))]), "POST:.a");
		int largest = (int) this.serviceConnection.getMaxPayload()
				- new Headers().add("Natsproxy-Status", "200").serializedLength();
		assertThat(ask("POST:.a", null, "" + largest).getData()).hasSize(largest);
		assertProblem(ask("POST:.a", null, "" + (largest + 1)), 502);
		assertThat(this.serviceConnection.getStatus()).isEqualTo(Connection.Status.CONNECTED);
	}

	@Test
	void replyWithAHeaderThatCannotBeWrittenIsA500() throws Exception {
		listen((exchange) -> exchange.reply(new ResponseHead(200, HeaderFields.of("X A", "b")), NO_BODY), "GET:.a");
		assertProblem(ask("GET:.a", null, ""), 500);
	}

	@Test
	void handlerThatThrowsIsA500() throws Exception {
		listen((exchange) -> {
			throw new IllegalStateException("secret");
		}, "GET:.a");
		Message reply = ask("GET:.a", null, "");
		assertProblem(reply, 500);
		assertThat(text(reply.getData())).doesNotContain("secret");
	}

	@Test
	void handlerThatThrowsAfterItsReplyHasAnswered() throws Exception {
		listen((exchange) -> {
			exchange.reply(ok(), bytes("answered"));
			throw new IllegalStateException("late");
		}, "GET:.a");
		assertThat(text(ask("GET:.a", null, "").getData())).isEqualTo("answered");
	}

	@Test
	void tooManyRequestsAreA503() throws Exception {
		NatsListener listener = listen(new NatsListenerOptions("service", 2, 1024, true), this.received::add, "GET:.a");
		Subscription inbox = this.callerConnection.subscribe("_INBOX.test");
		for (int i = 0; i < 3; i++) {
			this.callerConnection.publish("GET:.a", "_INBOX.test", null, NO_BODY);
		}
		Message refusal = inbox.nextMessage(TIMEOUT);
		assertProblem(refusal, 503);
		assertThat(refusal.getHeaders().getFirst("Retry-After")).isEqualTo("1");
		await().untilAsserted(() -> assertThat(listener.inFlight()).isEqualTo(2));
		this.received.take().reply(ok(), NO_BODY);
		this.received.take().reply(ok(), NO_BODY);
		this.callerConnection.publish("GET:.a", "_INBOX.test", null, NO_BODY);
		this.received.take().reply(ok(), NO_BODY);
		assertThat(inbox.nextMessage(TIMEOUT).getHeaders().getFirst("Natsproxy-Status")).isEqualTo("200");
	}

	@Test
	void requestMeetsOneInstanceOnceHoweverItsRoutesOverlap() throws Exception {
		listen(this::echo, "GET:.a", "GET:.*", "GET:.>");
		NatsExchanges second = new NatsExchanges(this.callerConnection, "");
		NatsListener other = new NatsListener(second, new NatsListenerOptions("service"), this::echo);
		other.start(List.of("GET:.a", "GET:.*", "GET:.>"));
		settle();
		NatsCaller caller = caller();
		for (int i = 0; i < 50; i++) {
			get(caller, "/a");
		}
		settle();
		assertThat(this.received).hasSize(50);
		assertThat(other.drain(TIMEOUT)).isTrue();
		second.close();
	}

	@Test
	void drainAnswersWhatHasArrivedAndTakesNoMore() throws Exception {
		NatsListener listener = listen(this.received::add, "GET:.a");
		Subscription inbox = this.callerConnection.subscribe("_INBOX.test");
		for (int i = 0; i < 10; i++) {
			this.callerConnection.publish("GET:.a", "_INBOX.test", null, NO_BODY);
		}
		this.callerConnection.flush(TIMEOUT);
		CompletableFuture<Boolean> drained = drain(listener, TIMEOUT);
		await().until(() -> this.received.size() == 10);
		assertThat(drained).isNotDone();
		this.received.forEach((exchange) -> exchange.reply(ok(), NO_BODY));
		assertThat(drained.get(30, TimeUnit.SECONDS)).isTrue();
		for (int i = 0; i < 10; i++) {
			assertThat(inbox.nextMessage(TIMEOUT)).isNotNull();
		}
		assertFails(exchange(caller(), request("GET", "/a"), "", TIMEOUT), ExchangeFailure.NO_RESPONDERS, 503);
		assertThat(listener.drain(TIMEOUT)).isTrue();
	}

	@Test
	void drainAnswersWhatIsNotAnsweredInTime() throws Exception {
		NatsListener listener = listen(this.received::add, "GET:.a");
		CompletableFuture<NatsReply> reply = exchange(caller(), request("GET", "/a"), "", TIMEOUT).toFuture();
		IncomingExchange exchange = this.received.poll(5, TimeUnit.SECONDS);
		assertThat(listener.drain(SHORT)).isFalse();
		assertThat(listener.inFlight()).isZero();
		assertThat(reply.get(5, TimeUnit.SECONDS).head().status()).isEqualTo(503);
		assertThat(exchange.discard()).isFalse();
	}

	@Test
	void drainGivesUpWhenTheHandlerHoldsTheThread() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		NatsListener listener = listen((exchange) -> {
			try {
				release.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			exchange.discard();
		}, "GET:.a");
		this.callerConnection.publish("GET:.a", "_INBOX.test", null, NO_BODY);
		await().until(() -> listener.inFlight() == 1);
		assertThat(listener.drain(SHORT)).isFalse();
		release.countDown();
	}

	@Test
	void listenerThatNeverStartedIsDrained() throws Exception {
		NatsListener listener = new NatsListener(this.serviceSide, new NatsListenerOptions("service"), this::echo);
		assertThat(listener.drain(TIMEOUT)).isTrue();
	}

	@Test
	void drainWithoutAConnectionEndsTheSubscriptionsToo() throws Exception {
		NatsListener listener = listen(this::echo, "GET:.a");
		broker().stop();
		try {
			await().until(() -> this.serviceConnection.getStatus() != Connection.Status.CONNECTED
					&& this.callerConnection.getStatus() != Connection.Status.CONNECTED);
			assertThat(listener.drain(TIMEOUT)).isTrue();
		}
		finally {
			broker().restart();
		}
		await().until(() -> this.serviceConnection.getStatus() == Connection.Status.CONNECTED
				&& this.callerConnection.getStatus() == Connection.Status.CONNECTED);
		settle();
		assertFails(exchange(caller(), request("GET", "/a"), "", TIMEOUT), ExchangeFailure.NO_RESPONDERS, 503);
	}

	@Test
	void listenerListensAgainWhenTheConnectionIsBack() throws Exception {
		listen(this::echo, "GET:.a");
		broker().restart();
		NatsCaller caller = caller();
		await().ignoreExceptions().untilAsserted(() -> assertThat(get(caller, "/a").head().status()).isEqualTo(200));
	}

	@Test
	void replyOnAClosedConnectionEndsTheExchangeQuietly() throws Exception {
		NatsListener listener = listen(this.received::add, "GET:.a");
		this.callerConnection.publish("GET:.a", "_INBOX.test", null, NO_BODY);
		this.callerConnection.publish("GET:.a", "_INBOX.test", null, NO_BODY);
		IncomingExchange first = this.received.poll(30, TimeUnit.SECONDS);
		IncomingExchange second = this.received.poll(30, TimeUnit.SECONDS);
		this.serviceConnection.close();
		assertThat(first.reply(ok(), NO_BODY)).isTrue();
		assertThat(second.reply(new ResponseHead(200, HeaderFields.of("X A", "b")), NO_BODY)).isTrue();
		assertThat(listener.inFlight()).isZero();
		assertThat(listener.drain(TIMEOUT)).isTrue();
	}

	@Test
	void rollingDrainUnderLoadLosesNothing() throws Exception {
		AtomicInteger handledBySecond = new AtomicInteger();
		NatsListener first = listen(this::answerLater, "POST:.load");
		Connection secondConnection = newConnection();
		NatsExchanges second = new NatsExchanges(secondConnection, "");
		NatsListener secondListener = new NatsListener(second, new NatsListenerOptions("service"), (exchange) -> {
			handledBySecond.incrementAndGet();
			answerLater(exchange);
		});
		secondListener.start(List.of("POST:.load"));
		secondConnection.flush(TIMEOUT);
		NatsCaller caller = caller();
		AtomicInteger answered = new AtomicInteger();
		AtomicBoolean drained = new AtomicBoolean();
		Mono<Long> load = Flux.range(0, 1_000_000)
			.takeWhile((number) -> !drained.get())
			.flatMap((number) -> exchange(caller, request("POST", "/load"), "" + number, TIMEOUT)
				.doOnNext((reply) -> assertThat(text(reply.body())).isEqualTo("" + number))
				.doOnNext((reply) -> answered.incrementAndGet()), 64)
			.count();
		CompletableFuture<Long> outcome = load.toFuture();
		await().until(() -> answered.get() > 500);
		assertThat(first.drain(TIMEOUT)).isTrue();
		int after = answered.get();
		await().until(() -> answered.get() > after + 500);
		drained.set(true);
		assertThat(outcome.get(30, TimeUnit.SECONDS)).isEqualTo(answered.get());
		assertThat(handledBySecond).hasPositiveValue();
		assertThat(secondListener.drain(TIMEOUT)).isTrue();
		second.close();
		secondConnection.close();
	}

	private void answerLater(IncomingExchange exchange) {
		ForkJoinPool.commonPool().execute(() -> exchange.reply(ok(), exchange.body()));
	}

	private static CompletableFuture<Boolean> drain(NatsListener listener, Duration timeout) {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return listener.drain(timeout);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "a\t", "\u00E9" })
	void queueGroupMustBeOne(String queueGroup) {
		assertThatIllegalArgumentException().isThrownBy(() -> new NatsListenerOptions(queueGroup));
	}

	@Test
	void malformedNumberOfTheBytesOfAReplyIsA400AndHoldsNothing() throws Exception {
		listen((exchange) -> exchange.reply(ok(), exchange.body()), "POST:.a");
		Message reply = this.callerConnection.request("POST:.a",
				new Headers().add("Natsproxy-Version", "1")
					.add("Natsproxy-Method", "POST")
					.add("Natsproxy-Target", "/a")
					.add("Natsproxy-Max-Reply", "many"),
				bytes("12345"), TIMEOUT);
		assertThat(reply).isNotNull();
		assertThat(reply.getHeaders().getFirst("Natsproxy-Status")).isEqualTo("400");
		assertThat(this.serviceSide.budget().used()).isZero();
	}

}
