package io.natsproxy.core.exchange;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.TestFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link NatsCaller}.
 */
class NatsCallerTests extends AbstractExchangeTests {

	private static final int CONTROL_LINE_LEFT = 4096 - 64;

	@Test
	void requestIsPublishedAsOneMessage() throws Exception {
		BlockingQueue<Message> received = new LinkedBlockingQueue<>();
		subscribe("POST:.a.b", (message) -> {
			received.add(message);
			this.serviceConnection.publish(message.getReplyTo(), bytes("done"));
		});
		NatsReply reply = reply(caller(),
				new RequestHead("POST", "/a/b?c=d", null, TestFields.of("content-type", "text/plain")), "body");
		assertThat(text(reply.body())).isEqualTo("done");
		Message message = received.remove();
		assertThat(message.getReplyTo()).startsWith("_INBOX.").hasSizeLessThan(64);
		assertThat(text(message.getData())).isEqualTo("body");
		Headers headers = message.getHeaders();
		assertThat(headers.keySet()).containsExactlyInAnyOrder("Natsproxy-Version", "Natsproxy-Method",
				"Natsproxy-Target", "Natsproxy-Timeout", "Natsproxy-Max-Reply", "Natsproxy-Processing", "Content-Type");
		assertThat(headers.getFirst("Natsproxy-Target")).isEqualTo("/a/b?c=d");
		assertThat(Long.parseLong(headers.getFirst("Natsproxy-Timeout"))).isBetween(1L, TIMEOUT.toMillis());
	}

	@Test
	void replyOfTheProtocolIsRead() throws Exception {
		subscribe("GET:.a",
				(message) -> this.serviceConnection.publish(message.getReplyTo(),
						new Headers().add("Natsproxy-Status", "404").add("x-a", "1", "2").add("Nats-Msg-Id", "3"),
						bytes("none")));
		NatsReply reply = get(caller(), "/a");
		assertThat(reply.head().status()).isEqualTo(404);
		assertThat(TestFields.toMap(reply.head().headers())).isEqualTo(Map.of("X-A", List.of("1", "2")));
		assertThat(text(reply.body())).isEqualTo("none");
	}

	@Test
	void plainReplyIsA200() throws Exception {
		subscribe("GET:.a", (message) -> this.serviceConnection.publish(message.getReplyTo(), bytes("plain")));
		NatsReply reply = get(caller(), "/a");
		assertThat(reply.head().status()).isEqualTo(200);
		assertThat(TestFields.toMap(reply.head().headers())).isEmpty();
		assertThat(text(reply.body())).isEqualTo("plain");
	}

	@Test
	void plainReplyKeepsItsHeaders() throws Exception {
		subscribe("GET:.a", (message) -> this.serviceConnection.publish(message.getReplyTo(),
				new Headers().add("content-type", "text/plain").add("Nats-Msg-Id", "3"), NO_BODY));
		NatsReply reply = get(caller(), "/a");
		assertThat(reply.head().status()).isEqualTo(200);
		assertThat(TestFields.toMap(reply.head().headers())).isEqualTo(Map.of("Content-Type", List.of("text/plain")));
		assertThat(reply.body()).isEmpty();
	}

	@Test
	void emptyBodyIsAnEmptyPayload() throws Exception {
		subscribe("POST:.a", (message) -> this.serviceConnection.publish(message.getReplyTo(),
				bytes("" + message.getData().length)));
		NatsReply reply = caller().exchange(request("POST", "/a"), Mono.empty(), TIMEOUT, ForkJoinPool.commonPool())
			.block(TIMEOUT);
		assertThat(text(reply.body())).isEqualTo("0");
	}

	@Test
	void secondReplyIsDropped() throws Exception {
		subscribe("GET:.a", (message) -> {
			this.serviceConnection.publish(message.getReplyTo(), bytes("first"));
			this.serviceConnection.publish(message.getReplyTo(), bytes("second"));
		});
		NatsCaller caller = caller();
		assertThat(text(get(caller, "/a").body())).isEqualTo("first");
		assertThat(text(get(caller, "/a").body())).isEqualTo("first");
	}

	@Test
	void replyToNobodyIsDropped() throws Exception {
		subscribe("GET:.a", (message) -> {
			String inbox = message.getReplyTo().substring(0, message.getReplyTo().lastIndexOf('.') + 1);
			this.serviceConnection.publish(inbox + "AAAAAAAAAAAA", bytes("forged"));
			this.serviceConnection.publish(message.getReplyTo(), bytes("genuine"));
		});
		assertThat(text(get(caller(), "/a").body())).isEqualTo("genuine");
	}

	@Test
	void noReplyInTimeIsA504AndALateReplyIsDropped() throws Exception {
		BlockingQueue<Message> received = new LinkedBlockingQueue<>();
		subscribe("GET:.slow", received::add);
		subscribe("GET:.fast", (message) -> this.serviceConnection.publish(message.getReplyTo(), bytes("fast")));
		NatsCaller caller = caller();
		assertFails(exchange(caller, request("GET", "/slow"), "", SHORT), ExchangeFailure.REPLY_TIMEOUT, 504);
		this.serviceConnection.publish(received.remove().getReplyTo(), bytes("late"));
		settle();
		assertThat(text(get(caller, "/fast").body())).isEqualTo("fast");
	}

	@Test
	void timeoutIsNeverEarly() throws Exception {
		counting("GET:.slow");
		long start = System.nanoTime();
		assertFails(exchange(caller(), request("GET", "/slow"), "", SHORT), ExchangeFailure.REPLY_TIMEOUT, 504);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(SHORT);
	}

	@Test
	void bodyThatDoesNotComeInTimeIsA408AndNothingIsPublished() throws Exception {
		AtomicInteger received = counting("POST:.a");
		AtomicBoolean cancelled = new AtomicBoolean();
		Mono<byte[]> body = Mono.<byte[]>never().doOnCancel(() -> cancelled.set(true));
		assertFails(caller().exchange(request("POST", "/a"), body, SHORT, ForkJoinPool.commonPool()),
				ExchangeFailure.REQUEST_TIMEOUT, 408);
		await().untilTrue(cancelled);
		settle();
		assertThat(received).hasValue(0);
	}

	@Test
	void timeLeftForTheReplyIsLessTheTimeOfTheBody() throws Exception {
		BlockingQueue<Message> received = new LinkedBlockingQueue<>();
		subscribe("POST:.a", (message) -> {
			received.add(message);
			this.serviceConnection.publish(message.getReplyTo(), NO_BODY);
		});
		Mono<byte[]> body = Mono.delay(SHORT).thenReturn(NO_BODY);
		caller().exchange(request("POST", "/a"), body, TIMEOUT, ForkJoinPool.commonPool()).block(TIMEOUT);
		assertThat(Long.parseLong(received.remove().getHeaders().getFirst("Natsproxy-Timeout")))
			.isLessThanOrEqualTo(TIMEOUT.minus(SHORT).toMillis());
	}

	@Test
	void errorOfTheBodyIsPassedOnAndNothingIsPublished() throws Exception {
		AtomicInteger received = counting("POST:.a");
		Mono<byte[]> body = Mono.error(new IllegalStateException("broken"));
		assertThatThrownBy(
				() -> caller().exchange(request("POST", "/a"), body, TIMEOUT, ForkJoinPool.commonPool()).block(TIMEOUT))
			.isInstanceOf(IllegalStateException.class)
			.hasMessage("broken");
		settle();
		assertThat(received).hasValue(0);
	}

	@Test
	void bodySeesTheContextOfTheSubscriber() throws Exception {
		subscribe("POST:.a", (message) -> this.serviceConnection.publish(message.getReplyTo(), message.getData()));
		Mono<byte[]> body = Mono.deferContextual((context) -> Mono.just(bytes(context.get("key"))));
		NatsReply reply = caller().exchange(request("POST", "/a"), body, TIMEOUT, ForkJoinPool.commonPool())
			.contextWrite((context) -> context.put("key", "value"))
			.block(TIMEOUT);
		assertThat(text(reply.body())).isEqualTo("value");
	}

	@Test
	void cancelWhileTheReplyIsAwaitedEndsTheExchange() throws Exception {
		BlockingQueue<Message> received = new LinkedBlockingQueue<>();
		subscribe("GET:.a", received::add);
		NatsCaller caller = caller();
		AtomicInteger signals = new AtomicInteger();
		Disposable exchange = exchange(caller, request("GET", "/a"), "", TIMEOUT)
			.subscribe((reply) -> signals.incrementAndGet(), (error) -> signals.incrementAndGet());
		Message message = received.poll(30, TimeUnit.SECONDS);
		assertThat(caller.inFlight()).isEqualTo(1);
		exchange.dispose();
		assertThat(caller.inFlight()).isZero();
		assertThat(caller.waiting()).isZero();
		this.serviceConnection.publish(message.getReplyTo(), bytes("late"));
		settle();
		assertThat(signals).hasValue(0);
	}

	@Test
	void cancelWhileTheBodyIsReadCancelsTheBodyAndPublishesNothing() throws Exception {
		AtomicInteger received = counting("POST:.a");
		AtomicBoolean cancelled = new AtomicBoolean();
		NatsCaller caller = caller();
		Disposable exchange = caller
			.exchange(request("POST", "/a"), Mono.<byte[]>never().doOnCancel(() -> cancelled.set(true)), TIMEOUT,
					ForkJoinPool.commonPool())
			.subscribe();
		exchange.dispose();
		assertThat(cancelled).isTrue();
		settle();
		assertThat(received).hasValue(0);
	}

	@Test
	void exchangeThatIsCancelledWithItsBodyIsNeitherPublishedNorKept() throws Exception {
		AtomicInteger received = counting("POST:.a");
		AtomicReference<Disposable> exchange = new AtomicReference<>();
		CountDownLatch subscribed = new CountDownLatch(1);
		CountDownLatch cancelled = new CountDownLatch(1);
		Mono<byte[]> body = Mono.fromCallable(() -> {
			subscribed.await();
			exchange.get().dispose();
			return NO_BODY;
		}).subscribeOn(Schedulers.boundedElastic()).doFinally((signal) -> cancelled.countDown());
		NatsCaller caller = caller();
		exchange.set(caller.exchange(request("POST", "/a"), body, TIMEOUT, ForkJoinPool.commonPool()).subscribe());
		subscribed.countDown();
		assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
		await().untilAsserted(() -> assertThat(caller.inFlight()).isZero());
		settle();
		assertThat(caller.waiting()).isZero();
		assertThat(received).hasValue(0);
	}

	@Test
	void nobodyToAnswerIsA503AtOnce() {
		long start = System.nanoTime();
		NatsExchangeException failure = failure(exchange(caller(), request("GET", "/nobody"), "", TIMEOUT));
		assertThat(failure.failure()).isEqualTo(ExchangeFailure.NO_RESPONDERS);
		assertThat(failure.status()).isEqualTo(503);
		assertThat(TestFields.toMap(NatsReply.of(failure).head().headers())).containsEntry("Retry-After", List.of("1"));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT);
	}

	@Test
	void tooManyExchangesAreRefusedBeforeTheirBodyIsRead() throws Exception {
		BlockingQueue<Message> received = new LinkedBlockingQueue<>();
		subscribe("GET:.a", received::add);
		NatsCaller caller = caller(new NatsCallerOptions(2, 32 * 1024, 4096));
		BlockingQueue<NatsReply> replies = new LinkedBlockingQueue<>();
		exchange(caller, request("GET", "/a"), "", TIMEOUT).subscribe(replies::add);
		exchange(caller, request("GET", "/a"), "", TIMEOUT).subscribe(replies::add);
		AtomicBoolean bodyRead = new AtomicBoolean();
		assertFails(caller.exchange(request("GET", "/a"), Mono.fromRunnable(() -> bodyRead.set(true)), TIMEOUT,
				ForkJoinPool.commonPool()), ExchangeFailure.OVERLOADED, 503);
		assertThat(bodyRead).isFalse();
		this.serviceConnection.publish(received.poll(30, TimeUnit.SECONDS).getReplyTo(), NO_BODY);
		assertThat(replies.poll(30, TimeUnit.SECONDS)).isNotNull();
		await().untilAsserted(() -> assertThat(caller.inFlight()).isEqualTo(1));
		exchange(caller, request("GET", "/a"), "", TIMEOUT).subscribe(replies::add);
		this.serviceConnection.publish(received.poll(30, TimeUnit.SECONDS).getReplyTo(), NO_BODY);
		this.serviceConnection.publish(received.poll(30, TimeUnit.SECONDS).getReplyTo(), NO_BODY);
		assertThat(replies.poll(30, TimeUnit.SECONDS)).isNotNull();
		assertThat(replies.poll(30, TimeUnit.SECONDS)).isNotNull();
	}

	private int replySubjectLength() {
		try (Inbox inbox = this.callerSide.newInbox()) {
			return inbox.newSubject().length();
		}
	}

	@Test
	void longestTargetIsDeliveredAndALongerOneIsA414() throws Exception {
		subscribe("GET:.*", (message) -> this.serviceConnection.publish(message.getReplyTo(), bytes("long")));
		NatsCaller caller = caller();
		int longest = CONTROL_LINE_LEFT - "GET:.".length() - replySubjectLength();
		assertThat(text(get(caller, "/" + "x".repeat(longest)).body())).isEqualTo("long");
		assertFails(exchange(caller, request("GET", "/" + "x".repeat(longest + 1)), "", TIMEOUT),
				ExchangeFailure.TARGET_TOO_LONG, 414);
		assertFails(exchange(caller, request("GET", "/" + ".".repeat(longest / 2)), "", TIMEOUT),
				ExchangeFailure.TARGET_TOO_LONG, 414);
	}

	@Test
	void queryIsNoPartOfTheSubject() throws Exception {
		subscribe("GET:.a", (message) -> this.serviceConnection.publish(message.getReplyTo(),
				bytes("" + message.getHeaders().getFirst("Natsproxy-Target").length())));
		assertThat(text(get(caller(), "/a?" + "x".repeat(10_000)).body())).isEqualTo("10003");
	}

	@Test
	void headOverItsLimitIsA431() throws Exception {
		AtomicInteger received = counting("GET:.a");
		RequestHead head = new RequestHead("GET", "/a", null, HeaderFields.of("X-A", "x".repeat(32 * 1024)));
		assertFails(exchange(caller(), head, "", TIMEOUT), ExchangeFailure.HEAD_TOO_LARGE, 431);
		settle();
		assertThat(received).hasValue(0);
	}

	@Test
	void messageOfMaxPayloadIsDeliveredAsItIsAndOneByteMoreIsAStream() throws Exception {
		subscribe("POST:.a", (message) -> this.serviceConnection.publish(message.getReplyTo(),
				bytes(message.getHeaders().getFirst("Natsproxy-Body") + " " + message.getData().length)));
		Duration fourDigits = Duration.ofMillis(5000);
		int largest = longestBody(new RequestHead("POST", "/a", fourDigits, HeaderFields.EMPTY));
		NatsCaller caller = caller();
		NatsReply reply = caller
			.exchange(request("POST", "/a"), Mono.just(new byte[largest]), fourDigits, ForkJoinPool.commonPool())
			.block(TIMEOUT);
		assertThat(text(reply.body())).isEqualTo("null " + largest);
		NatsReply streamed = caller
			.exchange(request("POST", "/a"), Mono.just(new byte[largest + 1]), fourDigits, ForkJoinPool.commonPool())
			.block(TIMEOUT);
		assertThat(text(streamed.body())).startsWith("stream ");
		assertThat(this.callerConnection.getStatus()).isEqualTo(Connection.Status.CONNECTED);
	}

	@ParameterizedTest
	@CsvSource({ "GET,/%zz", "GET,/é", "GET,/a b", "GET,a", "GET,/a#b", "G T,/a", "'',/a" })
	void malformedRequestIsA400(String method, String target) {
		assertFails(exchange(caller(), request(method, target), "", TIMEOUT), ExchangeFailure.MALFORMED_REQUEST, 400);
	}

	@Test
	void malformedHeaderNameIsA400() {
		RequestHead head = new RequestHead("GET", "/a", null, HeaderFields.of("X A", "b"));
		assertFails(exchange(caller(), head, "", TIMEOUT), ExchangeFailure.MALFORMED_REQUEST, 400);
	}

	@ParameterizedTest
	@CsvSource({ "404,404,Not Found", "422,422,Unprocessable Content" })
	void errorOfAMicroServiceAboutTheRequestIsToldInItsWords(String code, int status, String title) throws Exception {
		NatsExchangeException failure = serviceError(code, "No \"such\" thing");
		assertThat(failure.status()).isEqualTo(status);
		assertThat(failure).hasMessage("No \"such\" thing");
		assertThat(text(NatsReply.of(failure).body())).contains("\"title\":\"" + title + "\"", "\"status\":" + status,
				"No \\\"such\\\" thing");
	}

	@ParameterizedTest
	@CsvSource({ "503,503,Service Unavailable", "500,500,Internal Server Error", "200,500,Internal Server Error",
			"abc,500,Internal Server Error", "4x4,500,Internal Server Error", "4000,500,Internal Server Error",
			"'',500,Internal Server Error" })
	void errorOfAMicroServiceAboutItselfIsNotShown(String code, int status, String title) throws Exception {
		NatsExchangeException failure = serviceError(code, "password=secret");
		assertThat(failure.status()).isEqualTo(status);
		assertThat(failure).hasMessage("The service reported an error: password=secret");
		assertThat(text(NatsReply.of(failure).body()))
			.contains("\"title\":\"" + title + "\"", "\"status\":" + status, "The service reported an error")
			.doesNotContain("secret");
	}

	@Test
	void textOfAMicroServiceIsBounded() throws Exception {
		assertThat(serviceError("422", "x".repeat(20_000)).detail()).hasSize(1024);
		assertThat(serviceError("500", "x".repeat(20_000)).getMessage()).hasSizeLessThan(1100);
	}

	private NatsExchangeException serviceError(String code, String error) throws Exception {
		String path = "/" + System.nanoTime();
		subscribe("GET:" + path.replace('/', '.'), (message) -> this.serviceConnection.publish(message.getReplyTo(),
				new Headers().add("Nats-Service-Error-Code", code).add("Nats-Service-Error", error), bytes("ignored")));
		NatsExchangeException failure = failure(exchange(caller(), request("GET", path), "", TIMEOUT));
		assertThat(failure.failure()).isEqualTo(ExchangeFailure.SERVICE_ERROR);
		return failure;
	}

	@Test
	void errorOfAMicroServiceMayLackItsCodeOrItsText() throws Exception {
		subscribe("GET:.code", (message) -> this.serviceConnection.publish(message.getReplyTo(),
				new Headers().add("Nats-Service-Error-Code", "409"), NO_BODY));
		subscribe("GET:.text", (message) -> this.serviceConnection.publish(message.getReplyTo(),
				new Headers().add("Nats-Service-Error", "broken"), NO_BODY));
		NatsCaller caller = caller();
		assertFails(exchange(caller, request("GET", "/code"), "", TIMEOUT), ExchangeFailure.SERVICE_ERROR, 409);
		assertFails(exchange(caller, request("GET", "/text"), "", TIMEOUT), ExchangeFailure.SERVICE_ERROR, 500);
	}

	@ParameterizedTest
	@CsvSource({ "Natsproxy-Status,99", "Natsproxy-Status,100", "Natsproxy-Status,199", "Natsproxy-Status,600",
			"Natsproxy-Status,abc", "Natsproxy-Status,''", "Natsproxy-Version,1", "Natsproxy-Version,2", "X/A,b",
			"X-A,a\u0001b" })
	void malformedReplyIsA502(String header, String value) throws Exception {
		subscribe("GET:.a", (message) -> this.serviceConnection.publish(message.getReplyTo(),
				new Headers().add(header, value), NO_BODY));
		assertFails(exchange(caller(), request("GET", "/a"), "", TIMEOUT), ExchangeFailure.BAD_REPLY, 502);
	}

	@ParameterizedTest
	@CsvSource({ "Natsproxy-Body,stream", "Natsproxy-Version,2", "X-A,%zz" })
	void replyThatNeedsALaterVersionIsA502(String header, String value) throws Exception {
		subscribe("GET:.a",
				(message) -> this.serviceConnection.publish(message.getReplyTo(),
						new Headers().add("Natsproxy-Status", "200").add("Natsproxy-Escaped", "X-A").add(header, value),
						NO_BODY));
		assertFails(exchange(caller(), request("GET", "/a"), "", TIMEOUT), ExchangeFailure.BAD_REPLY, 502);
	}

	@Test
	void replyWithAHeadOverItsLimitIsA502() throws Exception {
		subscribe("GET:.a", (message) -> this.serviceConnection.publish(message.getReplyTo(),
				new Headers().add("Natsproxy-Status", "200").add("X-A", "x".repeat(32 * 1024)), NO_BODY));
		assertFails(exchange(caller(), request("GET", "/a"), "", TIMEOUT), ExchangeFailure.BAD_REPLY, 502);
	}

	@ParameterizedTest
	@ValueSource(strings = { "NATS/1.0 404 No Messages\r\n\r\n", "NATS/1.0 100\r\n\r\n",
			"NATS/1.0 408 Timeout\r\nX-A: b\r\n\r\n" })
	void replyThatIsAnyOtherStatusOfNatsIsA502(String headerBlock) throws Exception {
		subscribe("GET:.a", (message) -> publishRaw(message.getReplyTo(), headerBlock));
		assertFails(exchange(caller(), request("GET", "/a"), "", TIMEOUT), ExchangeFailure.BAD_REPLY, 502);
	}

	private static void publishRaw(String subject, String headerBlock) {
		try {
			RawPublisher.publish(broker().url(), subject, "", headerBlock, "");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void withoutAConnectionExchangesFailAtOnceAndPublishNothing() throws Exception {
		AtomicInteger received = counting("POST:.a");
		NatsCaller caller = caller();
		broker().stop();
		try {
			await().until(() -> this.callerConnection.getStatus() != Connection.Status.CONNECTED
					&& this.serviceConnection.getStatus() != Connection.Status.CONNECTED);
			AtomicBoolean bodyRead = new AtomicBoolean();
			assertFails(caller.exchange(request("POST", "/a"), Mono.fromRunnable(() -> bodyRead.set(true)), TIMEOUT,
					ForkJoinPool.commonPool()), ExchangeFailure.DISCONNECTED, 503);
			assertThat(bodyRead).isFalse();
		}
		finally {
			broker().restart();
		}
		awaitConnected();
		settle();
		assertThat(received).hasValue(0);
		subscribe("GET:.b", (message) -> this.serviceConnection.publish(message.getReplyTo(), bytes("back")));
		assertThat(text(get(caller, "/b").body())).isEqualTo("back");
	}

	@Test
	void connectionThatIsLostWhileTheBodyIsReadFailsTheExchange() throws Exception {
		AtomicInteger received = counting("POST:.a");
		NatsCaller caller = caller();
		Mono<byte[]> body = Mono.fromCallable(() -> {
			broker().stop();
			await().until(() -> this.callerConnection.getStatus() != Connection.Status.CONNECTED);
			return NO_BODY;
		});
		try {
			assertFails(caller.exchange(request("POST", "/a"), body, TIMEOUT, ForkJoinPool.commonPool()),
					ExchangeFailure.DISCONNECTED, 503);
		}
		finally {
			broker().restart();
		}
		awaitConnected();
		settle();
		assertThat(received).hasValue(0);
	}

	@Test
	void connectionThatIsLostWhileTheReplyIsAwaitedEndsWithTheTimeout() throws Exception {
		CountDownLatch arrived = new CountDownLatch(1);
		subscribe("GET:.a", (message) -> arrived.countDown());
		NatsCaller caller = caller();
		Mono<NatsReply> exchange = exchange(caller, request("GET", "/a"), "", Duration.ofSeconds(1)).cache();
		exchange.subscribe((reply) -> {
		}, (error) -> {
		});
		assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();
		broker().restart();
		assertFails(exchange, ExchangeFailure.REPLY_TIMEOUT, 504);
		awaitConnected();
	}

	private void awaitConnected() {
		await().until(() -> this.callerConnection.getStatus() == Connection.Status.CONNECTED
				&& this.serviceConnection.getStatus() == Connection.Status.CONNECTED);
	}

	@Test
	void closedConnectionFailsExchanges() throws Exception {
		NatsCaller caller = caller();
		this.callerConnection.close();
		assertFails(exchange(caller, request("GET", "/a"), "", TIMEOUT), ExchangeFailure.DISCONNECTED, 503);
	}

	@Test
	void callerMayBeClosedTwice() {
		NatsCaller caller = caller();
		caller.close();
		caller.close();
		assertThat(caller.inFlight()).isZero();
	}

	@Test
	void exchangeAfterTheTimerWasClosedFailsAndIsNotCounted() throws Exception {
		NatsExchanges closed = new NatsExchanges(this.callerConnection, "");
		try (NatsCaller caller = new NatsCaller(closed, NatsCallerOptions.DEFAULTS)) {
			closed.close();
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> exchange(caller, request("GET", "/a"), "", TIMEOUT).block(TIMEOUT));
			assertThat(caller.inFlight()).isZero();
		}
	}

	@Test
	void executorThatTakesNothingFailsTheExchange() throws Exception {
		subscribe("GET:.a", (message) -> this.serviceConnection.publish(message.getReplyTo(), NO_BODY));
		Mono<NatsReply> exchange = caller().exchange(request("GET", "/a"), Mono.empty(), TIMEOUT, (task) -> {
			throw new RejectedExecutionException("full");
		});
		assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> exchange.block(TIMEOUT));
	}

	@Test
	void eachSubscriptionIsAnExchangeOfItsOwn() throws Exception {
		AtomicInteger number = new AtomicInteger();
		subscribe("GET:.a", (message) -> this.serviceConnection.publish(message.getReplyTo(),
				bytes("" + number.incrementAndGet())));
		Mono<NatsReply> exchange = exchange(caller(), request("GET", "/a"), "", TIMEOUT);
		assertThat(text(exchange.block(TIMEOUT).body())).isEqualTo("1");
		assertThat(text(exchange.block(TIMEOUT).body())).isEqualTo("2");
	}

	@Test
	void everyOneOfManyExchangesGetsItsOwnReply() throws Exception {
		subscribe("POST:.echo", (message) -> this.serviceConnection.publish(message.getReplyTo(), message.getData()));
		NatsCaller caller = caller();
		List<String> wrong = Flux.range(0, 5_000)
			.map(String::valueOf)
			.flatMap((number) -> exchange(caller, request("POST", "/echo"), number, TIMEOUT)
				.filter((reply) -> !text(reply.body()).equals(number))
				.map((reply) -> number), 500)
			.collectList()
			.block(Duration.ofSeconds(30));
		assertThat(wrong).isEmpty();
	}

	@Test
	void exchangesThatEndInEveryWayAtOnceLeaveNothingBehind() throws Exception {
		subscribe("POST:.race", (message) -> {
			if (message.getData().length % 3 != 0) {
				this.serviceConnection.publish(message.getReplyTo(), NO_BODY);
			}
		});
		NatsCaller caller = caller();
		AtomicInteger ends = new AtomicInteger();
		int exchanges = 2_000;
		Flux.range(0, exchanges)
			.flatMap((number) -> exchange(caller, request("POST", (number % 7 == 0) ? "/nobody" : "/race"),
					"x".repeat(number % 3), Duration.ofMillis(number % 60))
				.timeout(Duration.ofMillis(1 + number % 40))
				.then()
				.onErrorComplete()
				.doFinally((signal) -> ends.incrementAndGet()), 200)
			.blockLast(Duration.ofSeconds(30));
		await().untilAsserted(() -> assertThat(ends).hasValue(exchanges));
	}

}
