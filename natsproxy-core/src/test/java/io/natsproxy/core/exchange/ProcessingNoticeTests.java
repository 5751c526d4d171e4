package io.natsproxy.core.exchange;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.natsproxy.core.discovery.DiscoverableService;
import io.natsproxy.core.discovery.ServiceDescription;
import io.natsproxy.core.discovery.ServiceDiscovery;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.exchange.listener.ListenerObserver;
import io.natsproxy.core.exchange.listener.NatsListener;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.core.wire.WireProtocol;
import io.natsproxy.test.TestBroker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

/**
 * Requests that are processed for longer than a moment, whose services tell that they
 * still are, and fall silent.
 */
class ProcessingNoticeTests extends AbstractStreamTests {

	private static final Duration MOMENT = Duration.ofMillis(100);

	/**
	 * Much longer than a service may be silent, and than a test waits.
	 */
	private static final Duration LONG = Duration.ofMinutes(10);

	/**
	 * For what is silent anyway, or hears nothing.
	 */
	private static final StreamOptions QUICK = options(MOMENT.multipliedBy(3), MOMENT);

	private static final String HEADER = WireProtocol.PROCESSING_HEADER;

	private final BlockingQueue<Message> notices = new LinkedBlockingQueue<>();

	private final BlockingQueue<IncomingExchange> received = new LinkedBlockingQueue<>();

	@Override
	StreamOptions streams() {
		return options(LOST_AFTER, MOMENT);
	}

	private static StreamOptions options(Duration lostAfter, Duration moment) {
		return new StreamOptions(WINDOW, WINDOW, FRAME, lostAfter, LONG, moment);
	}

	private NatsCaller caller(StreamOptions streams) {
		return caller(new NatsCallerOptions(2000, WireProtocol.MAX_HEAD_SIZE, WireProtocol.MAX_CONTROL_LINE, streams));
	}

	private static CompletableFuture<NatsReply> ask(NatsCaller caller, Duration timeout) {
		return caller.exchange(request("GET", "/a"), Mono.empty(), timeout, EXECUTOR).toFuture();
	}

	private static void assertLost(CompletableFuture<NatsReply> exchange) {
		NatsExchangeException failure = failure(Mono.fromFuture(exchange));
		assertThat(failure).isNotNull();
		assertThat(failure.failure()).isEqualTo(ExchangeFailure.SERVICE_LOST);
		assertThat(failure.failure().isTransient()).isFalse();
		NatsReply reply = NatsReply.of(failure);
		assertThat(reply.head().status()).isEqualTo(504);
		assertThat(reply.head().headers()).isEqualTo(Problem.HEADERS);
	}

	private NatsListener listen(StreamOptions streams) throws Exception {
		return listen(new NatsListenerOptions("service", 2000, WireProtocol.MAX_HEAD_SIZE, true, streams),
				this.received::add, "GET:.a");
	}

	private IncomingExchange nextExchange() throws Exception {
		IncomingExchange exchange = this.received.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(exchange).isNotNull();
		return exchange;
	}

	private Message nextNotice() throws Exception {
		Message notice = this.notices.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(notice).isNotNull();
		return notice;
	}

	/**
	 * Sends a request as a caller that is written by hand.
	 */
	private void send(String replySubject, @Nullable String noticeSubject) throws Exception {
		send("/a", replySubject, noticeSubject);
	}

	private void send(String path, String replySubject, @Nullable String noticeSubject) throws Exception {
		Headers headers = new Headers().add("Natsproxy-Version", "1")
			.add("Natsproxy-Method", "GET")
			.add("Natsproxy-Target", path);
		if (noticeSubject != null) {
			headers.add(HEADER, noticeSubject);
		}
		this.callerConnection.publish(this.callerSide.subjectCodec().subject("GET", path), replySubject, headers,
				NO_BODY);
		this.callerConnection.flush(TIMEOUT);
	}

	/**
	 * Receives what is sent to the subjects of a caller that is written by hand.
	 */
	private String inbox(BlockingQueue<Message> queue) throws Exception {
		String inbox = this.callerConnection.createInbox();
		this.callerConnection.createDispatcher(queue::add).subscribe(inbox);
		this.callerConnection.flush(TIMEOUT);
		return inbox;
	}

	private void tell(Message request, String interval, String lines) {
		this.serviceConnection.publish(request.getHeaders().getFirst(HEADER), new Headers().add(HEADER, interval),
				bytes(lines));
	}

	@Test
	void requestWhoseServiceFallsSilentFailsLongBeforeItsTimeout() throws Exception {
		AtomicInteger cancels = counting("natsproxy.cancel");
		subscribe("GET:.a", (request) -> tell(request, "100", request.getReplyTo() + "\n"));
		assertLost(ask(caller(QUICK), LONG));
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(cancels).hasValue(1));
	}

	@Test
	void requestWhoseServiceLosesItsConnectionForGoodFailsLongBeforeItsTimeout() throws Exception {
		listen(streams());
		NatsCaller caller = streamCaller();
		CompletableFuture<NatsReply> reply = ask(caller, LONG);
		IncomingExchange exchange = nextExchange();
		await().atMost(TIMEOUT).until(() -> caller.processing() == 1);
		this.serviceConnection.close();
		assertLost(reply);
		exchange.discard();
	}

	@Test
	void requestThatIsProcessedForLongIsAnsweredAndTheTimeoutOfAnotherHoldsHoweverOftenItsServiceTells()
			throws Exception {
		listen(streams());
		NatsCaller caller = streamCaller();
		CompletableFuture<NatsReply> reply = ask(caller, LONG);
		IncomingExchange exchange = nextExchange();
		CompletableFuture<NatsReply> other = ask(caller, LOST_AFTER.plusMillis(500));
		// For longer than a silent service is waited for.
		assertThat(failure(Mono.fromFuture(other)).failure()).isEqualTo(ExchangeFailure.REPLY_TIMEOUT);
		await().atMost(TIMEOUT).until(() -> caller.processing() == 1);
		exchange.reply(ok(), bytes("at last"));
		assertThat(text(reply.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).body())).isEqualTo("at last");
		await().atMost(TIMEOUT).until(() -> caller.processing() == 0);
		nextExchange().discard();
	}

	@Test
	void noticeTellsWhatIsProcessedAndWhenTheNextComes() throws Exception {
		listen(QUICK);
		String noticeSubject = inbox(this.notices);
		String replySubject = inbox(new LinkedBlockingQueue<>());
		send(replySubject, noticeSubject);
		IncomingExchange exchange = nextExchange();
		for (int i = 0; i < 3; i++) {
			Message notice = nextNotice();
			assertThat(notice.getReplyTo()).isNull();
			assertThat(notice.getHeaders().getFirst(HEADER)).isEqualTo(Long.toString(MOMENT.toMillis()));
			assertThat(text(notice.getData())).isEqualTo(replySubject + "\n");
		}
		exchange.reply(ok(), NO_BODY);
	}

	@Test
	void oneNoticeTellsOfAllRequestsOfACaller() throws Exception {
		listen(options(LOST_AFTER, Duration.ofMillis(500)));
		String noticeSubject = inbox(this.notices);
		List<String> replySubjects = List.of(inbox(new LinkedBlockingQueue<>()), inbox(new LinkedBlockingQueue<>()));
		send(replySubjects.get(0), noticeSubject);
		send(replySubjects.get(1), noticeSubject);
		await().atMost(TIMEOUT)
			.until(() -> text(nextNotice().getData()).lines().sorted().toList(),
					(lines) -> lines.equals(replySubjects.stream().sorted().toList()));
		nextExchange().discard();
		nextExchange().discard();
	}

	@Test
	void nothingIsToldOfWhatHasEndedOrStreamsOrWasNotAskedFor() throws Exception {
		listen(QUICK);
		String noticeSubject = inbox(this.notices);
		BlockingQueue<Message> replies = new LinkedBlockingQueue<>();
		send(inbox(replies), noticeSubject);
		nextExchange().reply(ok(), NO_BODY);
		send(inbox(replies), noticeSubject);
		IncomingExchange streaming = nextExchange();
		streaming.write(ok(), Flux.concat(FLUSH, Flux.never()), EXECUTOR).subscribe();
		send(inbox(replies), null);
		IncomingExchange silent = nextExchange();
		await().atMost(TIMEOUT).until(() -> replies.size() >= 2);
		String last = inbox(replies);
		send(last, noticeSubject);
		IncomingExchange told = nextExchange();
		for (int i = 0; i < 2; i++) {
			assertThat(text(nextNotice().getData())).isEqualTo(last + "\n");
		}
		List.of(streaming, silent, told).forEach(IncomingExchange::discard);
	}

	@Test
	void nothingIsToldOfWhatComesFromAnotherAccount() throws Exception {
		assumeFalse(TestBroker.isServer(), "A server takes such subjects from other servers only");
		listen(QUICK);
		String noticeSubject = inbox(this.notices);
		send("_R_.made.by.a.server", noticeSubject);
		IncomingExchange mapped = nextExchange();
		String other = inbox(new LinkedBlockingQueue<>());
		send(other, noticeSubject);
		IncomingExchange told = nextExchange();
		for (int i = 0; i < 2; i++) {
			assertThat(text(nextNotice().getData())).isEqualTo(other + "\n");
		}
		mapped.discard();
		told.discard();
	}

	@Test
	void nothingIsToldToASubjectThatIsNoInbox() throws Exception {
		listen(QUICK);
		BlockingQueue<String> published = new LinkedBlockingQueue<>();
		this.callerConnection.createDispatcher((message) -> {
			if (message.hasHeaders() && message.getHeaders().containsKey(HEADER) && message.getReplyTo() == null) {
				published.add(message.getSubject());
			}
		}).subscribe(">");
		List<String> others = List.of("POST:.count.victim.2", "natsproxy.ws.group.news", "own", "_INBOX.*", "_INBOX.>");
		for (String subject : others) {
			send(inbox(new LinkedBlockingQueue<>()), subject);
		}
		String noticeSubject = inbox(this.notices);
		send(inbox(new LinkedBlockingQueue<>()), noticeSubject);
		await().atMost(TIMEOUT).until(() -> published.stream().filter(noticeSubject::equals).count() >= 2);
		assertThat(published).containsOnly(noticeSubject);
		for (int i = 0; i <= others.size(); i++) {
			nextExchange().discard();
		}
	}

	@Test
	void nothingIsAskedForWhereItWouldComeTooLateOrIsSwitchedOff() throws Exception {
		BlockingQueue<Message> requests = new LinkedBlockingQueue<>();
		subscribe("GET:.a", (request) -> {
			requests.add(request);
			this.serviceConnection.publish(request.getReplyTo(), NO_BODY);
		});
		ask(streamCaller(), LOST_AFTER.plus(MOMENT)).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		ask(caller(options(LOST_AFTER, Duration.ZERO)), LONG).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		ask(streamCaller(), LONG).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(requests.remove().getHeaders().containsKey(HEADER)).isFalse();
		assertThat(requests.remove().getHeaders().containsKey(HEADER)).isFalse();
		assertThat(requests.remove().getHeaders().getFirst(HEADER)).startsWith("_INBOX.");
	}

	@Test
	void serviceWhereItIsSwitchedOffTellsNothing() throws Exception {
		listen(options(LOST_AFTER, Duration.ZERO));
		listen(new NatsListenerOptions("other", 10, WireProtocol.MAX_HEAD_SIZE, true, QUICK), this.received::add,
				"GET:.b");
		String noticeSubject = inbox(this.notices);
		send("/a", inbox(new LinkedBlockingQueue<>()), noticeSubject);
		String told = inbox(new LinkedBlockingQueue<>());
		send("/b", told, noticeSubject);
		for (int i = 0; i < 3; i++) {
			assertThat(text(nextNotice().getData())).isEqualTo(told + "\n");
		}
		nextExchange().discard();
		nextExchange().discard();
	}

	@Test
	void malformedNoticeIsNone() throws Exception {
		BlockingQueue<Message> requests = new LinkedBlockingQueue<>();
		subscribe("GET:.a", requests::add);
		NatsCaller caller = streamCaller();
		CompletableFuture<NatsReply> reply = ask(caller, LONG);
		Message request = requests.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		for (String interval : List.of("", "x", "-1", "1.5", "9999999999", "1 2")) {
			tell(request, interval, request.getReplyTo() + "\n");
			settle();
			assertThat(caller.processing()).as(interval).isZero();
		}
		this.serviceConnection.publish(request.getReplyTo(), NO_BODY);
		reply.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
	}

	@Test
	void noticesOfOthersAndFloodsOfThemChangeNothing() throws Exception {
		BlockingQueue<Message> requests = new LinkedBlockingQueue<>();
		subscribe("GET:.a", requests::add);
		NatsCaller caller = streamCaller();
		NatsCaller victim = streamCaller();
		CompletableFuture<NatsReply> reply = ask(caller, LONG);
		Message request = requests.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		CompletableFuture<NatsReply> other = ask(victim, LONG);
		Message otherRequest = requests.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		String guesses = (request.getReplyTo() + "x\n" + otherRequest.getReplyTo() + "\n\n_INBOX.\n" + "y".repeat(600)
				+ "\nGET:.a\n")
			.repeat(20);
		for (int i = 0; i < 200; i++) {
			tell(request, "0", guesses);
		}
		// Longer than a notice may be.
		tell(request, "100", request.getReplyTo() + "\n" + "z\n".repeat(20_000));
		// Neither a line feed, nor the whole subject.
		tell(request, "100", request.getReplyTo());
		settle();
		assertThat(caller.processing() + victim.processing()).isZero();
		this.serviceConnection.publish(request.getReplyTo(), bytes("a"));
		this.serviceConnection.publish(otherRequest.getReplyTo(), bytes("b"));
		assertThat(text(reply.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).body())).isEqualTo("a");
		assertThat(text(other.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).body())).isEqualTo("b");
	}

	@Test
	void noticeIsNoReply() throws Exception {
		subscribe("GET:.a", (request) -> {
			for (int i = 0; i < 100; i++) {
				tell(request, "100", request.getReplyTo() + "\n");
			}
			this.serviceConnection.publish(request.getReplyTo(), bytes("done"));
		});
		assertThat(text(ask(streamCaller(), LONG).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).body())).isEqualTo("done");
	}

	@Test
	void failureNamesTheInstanceToTheLogAndNotToTheClient() throws Exception {
		subscribe("GET:.a",
				(request) -> this.serviceConnection.publish(request.getHeaders().getFirst(HEADER),
						new Headers().add(HEADER, "100").add("Natsproxy-Instance", "i\t7"),
						bytes(request.getReplyTo() + "\n")));
		NatsExchangeException failure = failure(Mono.fromFuture(ask(caller(QUICK), LONG)));
		assertThat(failure.failure()).isEqualTo(ExchangeFailure.SERVICE_LOST);
		assertThat(failure).hasMessageEndingWith(" ms: instance 'i?7'");
		assertThat(failure.detail()).endsWith(" ms");
	}

	@Test
	void noticeTellsTheInstanceThatCanBeDiscovered() throws Exception {
		ListenerObserver service = DiscoverableService.observer(this.serviceSide,
				new ServiceDiscovery(new ServiceDescription("orders", "1.0.0")), "service", null, (endpoints) -> {
				});
		NatsListener listener = new NatsListener(this.serviceSide,
				new NatsListenerOptions("service", 10, WireProtocol.MAX_HEAD_SIZE, true, QUICK), this.received::add,
				service);
		listener.start(List.of("GET:.a"));
		send(inbox(new LinkedBlockingQueue<>()), inbox(this.notices));
		IncomingExchange exchange = nextExchange();
		assertThat(nextNotice().getHeaders().getFirst("Natsproxy-Instance")).isEqualTo(service.id());
		exchange.discard();
		listener.abort();
	}

	@Test
	void replyBehindTheLossIsDropped() throws Exception {
		BlockingQueue<Message> requests = new LinkedBlockingQueue<>();
		subscribe("GET:.a", (request) -> {
			tell(request, "100", request.getReplyTo() + "\n");
			requests.add(request);
		});
		NatsCaller caller = caller(QUICK);
		assertLost(ask(caller, LONG));
		this.serviceConnection.publish(requests.remove().getReplyTo(), bytes("late"));
		settle();
		assertThat(caller.underWay()).isZero();
	}

	@Test
	void handlerOfACallerThatHasGivenUpTheServiceIsCancelled() throws Exception {
		listen(options(LOST_AFTER, Duration.ZERO));
		NatsCaller caller = caller(QUICK);
		CompletableFuture<NatsReply> reply = ask(caller, LONG);
		IncomingExchange exchange = nextExchange();
		AtomicBoolean cancelled = new AtomicBoolean();
		exchange.onCancel(() -> cancelled.set(true));
		// The service does not tell; somebody has told once in its place.
		BlockingQueue<Message> seen = new LinkedBlockingQueue<>();
		subscribe("GET:.a", seen::add);
		CompletableFuture<NatsReply> other = ask(caller, LONG);
		Message request = seen.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		tell(request, "100", request.getReplyTo() + "\n");
		assertLost(other);
		IncomingExchange second = nextExchange();
		AtomicBoolean secondCancelled = new AtomicBoolean();
		second.onCancel(() -> secondCancelled.set(true));
		await().atMost(TIMEOUT).untilTrue(secondCancelled);
		assertThat(cancelled).isFalse();
		exchange.reply(new ResponseHead(200, ok().headers()), NO_BODY);
		reply.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
	}

	@Test
	void streamedRequestThatIsNotReadYetIsToldOfToo() throws Exception {
		listen(new NatsListenerOptions("service", 2000, WireProtocol.MAX_HEAD_SIZE, true, streams()),
				this.received::add, "POST:.a");
		NatsCaller caller = streamCaller();
		CompletableFuture<NatsReply> reply = caller
			.exchange(request("POST", "/a"), Flux.concat(FLUSH, Mono.just(bytes("body"))), LONG, EXECUTOR)
			.toFuture();
		IncomingExchange exchange = nextExchange();
		await().atMost(TIMEOUT).until(() -> caller.processing() == 1);
		requestBody(exchange).subscribe();
		// The pings of the stream are enough from now on.
		await().atMost(TIMEOUT).until(() -> caller.processing() == 0);
		exchange.reply(ok(), bytes("read"));
		assertThat(text(reply.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).body())).isEqualTo("read");
	}

}
