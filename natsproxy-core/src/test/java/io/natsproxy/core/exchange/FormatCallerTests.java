package io.natsproxy.core.exchange;

import java.time.Duration;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.format.LineFormat;
import io.natsproxy.core.stream.BodyChunks;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.TestFields;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NatsCaller} with requests in another format.
 */
class FormatCallerTests extends AbstractExchangeTests {

	private static final FormatCall LINE = new FormatCall(new LineFormat(), null);

	private Mono<NatsReply> call(RequestHead head, Publisher<byte[]> body) {
		return call(head, body, TIMEOUT);
	}

	private Mono<NatsReply> call(RequestHead head, Publisher<byte[]> body, Duration timeout) {
		return caller().exchange(head, body, new CallOptions(timeout, ForkJoinPool.commonPool()).in(LINE));
	}

	private void answer(String subject, String reply) throws Exception {
		subscribe(subject, (message) -> this.serviceConnection.publish(message.getReplyTo(), bytes(reply)));
	}

	@Test
	void requestGoesOutWithoutHeaders() throws Exception {
		Message[] request = new Message[1];
		subscribe("post:.a", (message) -> {
			request[0] = message;
			this.serviceConnection.publish(message.getReplyTo(), bytes("LINE 201\nX-A:b\n\nbody"));
		});
		NatsReply reply = call(new RequestHead("post", "/a?b=c", null, TestFields.of("X-B", "c")),
				Flux.just(bytes("one "), BodyChunks.FLUSH, bytes("two")))
			.block(TIMEOUT);
		assertThat(reply.head().status()).isEqualTo(201);
		assertThat(TestFields.toMap(reply.head().headers())).containsKey("X-A");
		assertThat(text(reply.body())).isEqualTo("body");
		assertThat(request[0].getHeaders()).isNull();
		assertThat(text(request[0].getData())).isEqualTo("LINE post /a?b=c\nX-B:c\n\none two");
	}

	@Test
	void secondSubjectIsTriedWhereNobodySubscribesToTheFirst() throws Exception {
		answer("get:.a", "LINE 200\n\nsecond");
		assertThat(text(call(request("GET", "/A"), Mono.empty()).block(TIMEOUT).body())).isEqualTo("second");
		answer("GET:.A", "LINE 200\n\nfirst");
		assertThat(text(call(request("GET", "/A"), Mono.empty()).block(TIMEOUT).body())).isEqualTo("first");
	}

	@Test
	void nobodyOnAnySubjectIsA503() {
		assertFails(call(request("GET", "/A"), Mono.empty()), ExchangeFailure.NO_RESPONDERS, 503);
	}

	@Test
	void replyThatIsNotOfTheFormatIsA502() throws Exception {
		answer("get:.text", "text");
		answer("get:.empty", "");
		subscribe("get:.native", (message) -> this.serviceConnection.publish(message.getReplyTo(),
				new Headers().add("Natsproxy-Status", "200"), bytes("LINE 200\n\n")));
		answer("get:.long", "LINE 200\nX:" + "x".repeat(40_000) + "\n\n");
		for (String path : new String[] { "/text", "/empty", "/native", "/long" }) {
			assertFails(call(request("get", path), Mono.empty()), ExchangeFailure.BAD_REPLY, 502);
		}
	}

	@Test
	void noReplyIsA504() throws Exception {
		subscribe("get:.a", (message) -> {
		});
		assertFails(call(request("get", "/a"), Mono.empty(), SHORT), ExchangeFailure.REPLY_TIMEOUT, 504);
	}

	@Test
	void bodyThatDoesNotComeIsA408() throws Exception {
		AtomicInteger received = counting("get:.a");
		assertFails(call(request("get", "/a"), Mono.never(), SHORT), ExchangeFailure.REQUEST_TIMEOUT, 408);
		settle();
		assertThat(received).hasValue(0);
	}

	@Test
	void bodyThatDoesNotFitIsA413AndNothingIsSent() throws Exception {
		AtomicInteger received = counting("get:.a");
		Flux<byte[]> endless = Flux.generate((sink) -> sink.next(new byte[65_536]));
		assertFails(call(request("get", "/a"), endless), ExchangeFailure.BODY_TOO_LARGE, 413);
		int max = (int) this.callerConnection.getMaxPayload();
		assertFails(call(request("get", "/a"), Mono.just(new byte[max])), ExchangeFailure.BODY_TOO_LARGE, 413);
		settle();
		assertThat(received).hasValue(0);
	}

	@Test
	void failureOfTheBodyIsThatOfTheExchange() {
		assertFails(
				call(request("get", "/a"),
						Mono.error(new NatsExchangeException(ExchangeFailure.HEAD_TOO_LARGE, "test"))),
				ExchangeFailure.HEAD_TOO_LARGE, 431);
	}

	@Test
	void exchangesAreLimitedTogether() throws Exception {
		subscribe("get:.a", (message) -> {
		});
		NatsCaller caller = caller(new NatsCallerOptions(1, 1024, 4096));
		var first = caller
			.exchange(request("get", "/a"), Mono.empty(), new CallOptions(TIMEOUT, ForkJoinPool.commonPool()).in(LINE))
			.subscribe();
		assertFails(caller.exchange(request("get", "/a"), Mono.empty(),
				new CallOptions(TIMEOUT, ForkJoinPool.commonPool()).in(LINE)), ExchangeFailure.OVERLOADED, 503);
		first.dispose();
		assertFails(
				caller.exchange(request("get", "/" + "a".repeat(4096)), Mono.empty(),
						new CallOptions(TIMEOUT, ForkJoinPool.commonPool()).in(LINE)),
				ExchangeFailure.TARGET_TOO_LONG, 414);
		assertFails(
				caller.exchange(new RequestHead("get", "/a", null, TestFields.of("X", "x".repeat(1024))), Mono.empty(),
						new CallOptions(TIMEOUT, ForkJoinPool.commonPool()).in(LINE)),
				ExchangeFailure.HEAD_TOO_LARGE, 431);
	}

}
