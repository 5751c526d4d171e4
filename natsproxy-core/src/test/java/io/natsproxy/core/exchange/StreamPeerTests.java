package io.natsproxy.core.exchange;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.exchange.listener.NatsListener;
import io.natsproxy.core.stream.BodyStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for streams whose peer is written by hand, and does not always keep to the
 * protocol.
 */
class StreamPeerTests extends AbstractStreamTests {

	private final BlockingQueue<Message> frames = new LinkedBlockingQueue<>();

	private static void send(Connection connection, String subject, @Nullable String replySubject, String frame,
			String payload) {
		connection.publish(subject, replySubject, new Headers().add("Natsproxy-Frame", frame), bytes(payload));
	}

	/**
	 * Sends frames, separated by semicolons: each a kind, a number, and a payload.
	 */
	private static void sendAll(Connection connection, String subject, String script) {
		for (String frame : script.split(";", -1)) {
			String[] words = frame.strip().split(" ", 3);
			send(connection, subject, null, words[0] + " " + words[1], (words.length > 2) ? words[2] : "");
		}
	}

	private Message nextFrame(String kind) throws Exception {
		Message frame = this.frames.poll(30, TimeUnit.SECONDS);
		while (frame != null && frame.getHeaders().getFirst("Natsproxy-Frame").startsWith("ping")) {
			frame = this.frames.poll(30, TimeUnit.SECONDS);
		}
		assertThat(frame).isNotNull();
		assertThat(frame.getHeaders().getFirst("Natsproxy-Frame")).startsWith(kind + " ");
		return frame;
	}

	private void awaitError() {
		await().atMost(TIMEOUT)
			.until(() -> this.frames.stream()
				.anyMatch((frame) -> frame.getHeaders().getFirst("Natsproxy-Frame").startsWith("error ")));
	}

	/**
	 * A service that answers with the first part of a stream, and then with frames.
	 */
	private Flux<byte[]> response(String script) throws Exception {
		String own = this.serviceConnection.createInbox();
		subscribe(own, this.frames::add);
		subscribe("GET:.a", (message) -> {
			this.serviceConnection.publish(message.getReplyTo(), own,
					new Headers().add("Natsproxy-Status", "200").add("Natsproxy-Body", "stream"), bytes("0"));
			sendAll(this.serviceConnection, message.getReplyTo(), script);
		});
		return stream(getStream(streamCaller(), "/a")).consumedFrames();
	}

	/**
	 * A caller that sends the head of a streamed request.
	 */
	private void sendHead(String replySubject) throws Exception {
		this.callerConnection.createDispatcher(this.frames::add).subscribe(replySubject);
		this.callerConnection.publish("POST:.a", replySubject,
				new Headers().add("Natsproxy-Version", "1")
					.add("Natsproxy-Method", "POST")
					.add("Natsproxy-Target", "/a")
					.add("Natsproxy-Body", "stream"),
				bytes("0"));
	}

	@Test
	void responseOfAServiceWrittenByHandIsRead() throws Exception {
		StepVerifier.create(response("data 1 1; ping 2; data 3 23; data 4; end 5").map(AbstractExchangeTests::text))
			.expectNext("0", "1", "23")
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void firstCreditForAResponseIsTheWindow() throws Exception {
		Flux<byte[]> body = response("data 1 1");
		assertThat(text(nextFrame("credit").getData())).isEqualTo(Integer.toString(WINDOW));
		StepVerifier.create(body.take(1)).expectNextCount(1).verifyComplete();
		nextFrame("cancel");
	}

	@ParameterizedTest
	@ValueSource(strings = { "data 1 1; data 3 2; end 4", "data 1 1; data 1 1; end 2", "data 2 1; data 1 2; end 3",
			"data 0 1; end 1", "data 1 1; end 3", "data -1 1", "DATA 1 1", "data 1 1; nothing 2",
			"data 1 1; data 99999999999999999999 2", "data 1 1; credit 2 5", "accept 1 5", "data 1 1; end two" })
	void whatDoesNotKeepToTheProtocolFailsAndIsNeverDeliveredWrong(String script) throws Exception {
		StringBuilder received = new StringBuilder();
		Flux<String> body = response(script).map(AbstractExchangeTests::text);
		StepVerifier.create(body.doOnNext(received::append).then())
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(NatsExchangeException.class))
			.verify(TIMEOUT);
		assertThat("01").startsWith(received);
		awaitError();
	}

	@Test
	void framesBehindTheEndAreNothing() throws Exception {
		StepVerifier.create(response("data 1 1; end 2; data 3 2; error 4 late; end 4").map(AbstractExchangeTests::text))
			.expectNext("0", "1")
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void errorOfTheServiceIsToldToTheCaller() throws Exception {
		StepVerifier.create(response("data 1 1; error 2 out of\tpaper").then())
			.expectErrorMessage("The service could not complete the response: out of?paper")
			.verify(TIMEOUT);
	}

	@Test
	void errorOfTheServiceIsNotShownToClientsHoweverLongItIs() throws Exception {
		byte[] text = "secret ".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
		subscribe("POST:.a", (message) -> this.serviceConnection.publish(message.getReplyTo(),
				new Headers().add("Natsproxy-Frame", "error 1"), text));
		NatsExchangeException failure = failure(post(streamCaller(), "/a", Flux.concat(FLUSH, Flux.never())));
		assertThat(failure.failure()).isEqualTo(ExchangeFailure.STREAM_FAILED);
		assertThat(failure.getMessage()).hasSizeLessThan(1100);
		assertThat(text(NatsReply.of(failure).body())).contains("\"status\":502").doesNotContain("secret");
	}

	@Test
	void serviceThatSendsMoreThanItMayIsCutOff() throws Exception {
		String own = this.serviceConnection.createInbox();
		subscribe(own, this.frames::add);
		byte[] half = new byte[500_000];
		subscribe("GET:.a", (message) -> {
			this.serviceConnection.publish(message.getReplyTo(), own,
					new Headers().add("Natsproxy-Status", "200").add("Natsproxy-Body", "stream"), bytes("0"));
			for (int i = 1; i <= 3; i++) {
				this.serviceConnection.publish(message.getReplyTo(), new Headers().add("Natsproxy-Frame", "data " + i),
						half);
			}
		});
		Flux<byte[]> body = stream(getStream(streamCaller(), "/a")).frames();
		awaitError();
		StepVerifier.create(body.then()).expectError(NatsExchangeException.class).verify(TIMEOUT);
	}

	@Test
	void streamedResponseWithoutAReplySubjectIsMalformed() throws Exception {
		subscribe("GET:.a", (message) -> this.serviceConnection.publish(message.getReplyTo(),
				new Headers().add("Natsproxy-Status", "200").add("Natsproxy-Body", "stream"), NO_BODY));
		assertFails(getStream(streamCaller(), "/a"), ExchangeFailure.BAD_REPLY, 502);
	}

	@ParameterizedTest
	@ValueSource(strings = { "POST:.count.victim.2", "natsproxy.ws.group.news", "own" })
	void streamedResponseWhoseReplySubjectIsNoInboxIsMalformed(String own) throws Exception {
		AtomicInteger published = counting(own);
		subscribe("GET:.a", (message) -> this.serviceConnection.publish(message.getReplyTo(), own,
				new Headers().add("Natsproxy-Status", "200").add("Natsproxy-Body", "stream"), NO_BODY));
		assertFails(getStream(streamCaller(), "/a"), ExchangeFailure.BAD_REPLY, 502);
		settle();
		assertThat(published).hasValue(0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "POST:.count.victim.2", "natsproxy.ws.group.news", "own" })
	void streamedRequestIsNotSentToASubjectThatIsNoInbox(String own) throws Exception {
		AtomicInteger published = counting(own);
		subscribe("POST:.a", (message) -> send(this.serviceConnection, message.getReplyTo(), own, "accept 1", "100"));
		assertFails(post(streamCaller(), "/a", Flux.concat(FLUSH, Mono.just(bytes("secret")), Flux.never())),
				ExchangeFailure.STREAM_BROKEN, 502);
		settle();
		assertThat(published).hasValue(0);
	}

	@Test
	void acceptanceOfAnotherThanHasAnsweredBreaksTheExchange() throws Exception {
		String own = this.serviceConnection.createInbox();
		subscribe(own, this.frames::add);
		AtomicInteger stolen = counting("_INBOX.thief");
		subscribe("POST:.a", (message) -> {
			this.serviceConnection.publish(message.getReplyTo(), own,
					new Headers().add("Natsproxy-Status", "200").add("Natsproxy-Body", "stream"), bytes("0"));
			send(this.serviceConnection, message.getReplyTo(), "_INBOX.thief", "accept 1", "100");
		});
		BodyStream body = stream(
				post(streamCaller(), "/a", Flux.concat(FLUSH, Mono.just(bytes("secret")), Flux.never())));
		StepVerifier.create(body.consumedFrames().then()).expectError(NatsExchangeException.class).verify(TIMEOUT);
		awaitError();
		settle();
		assertThat(stolen).hasValue(0);
	}

	@Test
	void answerOfAnotherThanHasAcceptedFails() throws Exception {
		String own = this.serviceConnection.createInbox();
		subscribe(own, this.frames::add);
		subscribe("POST:.a", (message) -> {
			send(this.serviceConnection, message.getReplyTo(), own, "accept 1", "100");
			this.serviceConnection.publish(message.getReplyTo(), "_INBOX.thief",
					new Headers().add("Natsproxy-Status", "200").add("Natsproxy-Body", "stream"), bytes("0"));
		});
		assertFails(post(streamCaller(), "/a", Flux.concat(FLUSH, Flux.never())), ExchangeFailure.STREAM_BROKEN, 502);
		awaitError();
	}

	@ParameterizedTest
	@ValueSource(strings = { "data 1 x", "end 1", "credit 1 100", "accept 1 100", "accept 1 -5", "ping 2" })
	void framesOutOfPlaceBeforeTheHeadFail(String script) throws Exception {
		subscribe("GET:.a", (message) -> sendAll(this.serviceConnection, message.getReplyTo(), script));
		assertFails(getStream(streamCaller(), "/a"), ExchangeFailure.STREAM_BROKEN, 502);
	}

	@ParameterizedTest
	@CsvSource({ "credit 2 9999999999", "credit 2 2147483647", "credit 2 -1", "credit 2 x", "accept 2 100", "data 2 x",
			"credit 3 1" })
	void requestIsNotSentToAServiceThatDoesNotKeepToTheProtocol(String frame) throws Exception {
		String own = this.serviceConnection.createInbox();
		subscribe(own, this.frames::add);
		subscribe("POST:.a", (message) -> {
			send(this.serviceConnection, message.getReplyTo(), own, "accept 1", "100");
			sendAll(this.serviceConnection, message.getReplyTo(), frame);
		});
		assertFails(post(streamCaller(), "/a", Flux.concat(FLUSH, Flux.never())), ExchangeFailure.STREAM_BROKEN, 502);
		nextFrame("error");
	}

	@Test
	void creditIsGivenForWhatIsSentAndTheLastFrameMayGoBeyond() throws Exception {
		String own = this.serviceConnection.createInbox();
		subscribe(own, this.frames::add);
		AtomicLong accepted = new AtomicLong();
		BlockingQueue<String> callers = new LinkedBlockingQueue<>();
		subscribe("POST:.a", (message) -> {
			accepted.set(message.getData().length);
			callers.add(message.getReplyTo());
			send(this.serviceConnection, message.getReplyTo(), own, "accept 1", "10");
		});
		Mono<NatsReply> reply = post(streamCaller(), "/a", Flux.concat(Mono.just(bytes("first")), FLUSH,
				Mono.just(bytes("four")), Mono.just(bytes("sixsix")), Mono.just(bytes("end"))))
			.cache();
		reply.subscribe();
		assertThat(text(nextFrame("data").getData())).isEqualTo("four");
		assertThat(text(nextFrame("data").getData())).isEqualTo("sixsix");
		assertThat(accepted).hasValue(5);
		String caller = callers.remove();
		send(this.serviceConnection, caller, null, "credit 2", "5");
		await().during(SHORT)
			.atMost(TIMEOUT)
			.until(() -> this.frames.stream()
				.allMatch((frame) -> frame.getHeaders().getFirst("Natsproxy-Frame").startsWith("ping")));
		send(this.serviceConnection, caller, null, "credit 3", "1");
		assertThat(text(nextFrame("data").getData())).isEqualTo("end");
		nextFrame("end");
		this.serviceConnection.publish(caller, bytes("thanks"));
		assertThat(reply.map((answer) -> text(answer.body())).block(TIMEOUT)).isEqualTo("thanks");
	}

	@Test
	void requestOfACallerWrittenByHandIsRead() throws Exception {
		serve("POST:.a", (exchange) -> Flux.concat(FLUSH, requestBody(exchange)));
		String own = this.callerConnection.createInbox();
		sendHead(own);
		Message first = this.frames.poll(30, TimeUnit.SECONDS);
		assertThat(first).isNotNull();
		assertThat(first.getHeaders().getFirst("Natsproxy-Body")).isEqualTo("stream");
		String service = first.getReplyTo();
		send(this.callerConnection, service, null, "credit 1", "100");
		Message accept = nextFrame("accept");
		assertThat(accept.getReplyTo()).isEqualTo(service);
		assertThat(text(accept.getData())).isEqualTo(Integer.toString(WINDOW));
		sendAll(this.callerConnection, service, "data 2 1; data 3 2; end 4");
		StringBuilder echoed = new StringBuilder();
		for (int i = 0; i < 3; i++) {
			echoed.append(text(nextFrame("data").getData()));
		}
		assertThat(echoed).hasToString("012");
		nextFrame("end");
	}

	@ParameterizedTest
	@ValueSource(strings = { "data 2 1", "data 1 1; data 1 1", "end 2", "credit 1 99999999999", "credit 1 x",
			"error 1 tired", "cancel 1" })
	void handlerOfARequestThatBreaksIsCancelled(String script) throws Exception {
		AtomicBoolean cancelled = new AtomicBoolean();
		NatsListener listener = serve("POST:.a", (exchange) -> Flux.concat(FLUSH, requestBody(exchange), Flux.never())
			.doOnCancel(() -> cancelled.set(true)));
		String own = this.callerConnection.createInbox();
		sendHead(own);
		Message first = this.frames.poll(30, TimeUnit.SECONDS);
		assertThat(first).isNotNull();
		String service = first.getReplyTo();
		sendAll(this.callerConnection, service, script);
		await().atMost(TIMEOUT).untilTrue(cancelled);
		assertThat(listener.inFlight() + listener.streams()).isZero();
	}

	@Test
	void bodyThatComesBeforeItWasAcceptedBreaksTheRequest() throws Exception {
		NatsListener listener = serve("POST:.a", (exchange) -> Flux.concat(FLUSH, Flux.never()));
		String own = this.callerConnection.createInbox();
		sendHead(own);
		Message first = this.frames.poll(30, TimeUnit.SECONDS);
		assertThat(first).isNotNull();
		sendAll(this.callerConnection, first.getReplyTo(), "data 1 1");
		nextFrame("error");
		await().atMost(TIMEOUT).until(() -> listener.inFlight() + listener.streams() == 0);
	}

	@Test
	void requestWhoseCallerSaysNothingMoreIsGivenUp() throws Exception {
		BlockingQueue<SignalType> ends = new LinkedBlockingQueue<>();
		serve("POST:.a", (exchange) -> requestBody(exchange).doFinally(ends::add));
		sendHead(this.callerConnection.createInbox());
		assertThat(ends.poll(30, TimeUnit.SECONDS)).isIn(SignalType.ON_ERROR, SignalType.CANCEL);
	}

}
