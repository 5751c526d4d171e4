package io.natsproxy.core.exchange;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;

import io.nats.client.impl.Headers;
import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.ManyReplies;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.wire.ResponseHead;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Several replies to one request, and that nothing is left of them however they end.
 */
class ManyRepliesTests extends AbstractExchangeTests {

	private static final int SIZE = 100_000;

	@Test
	void repliesAreOneBody() throws Exception {
		answer("a", "", "b", "c", "late");
		assertThat(text(caller(), replies(3, null, false), TIMEOUT)).isEqualTo("a,b,");
	}

	@Test
	void replyWithoutAPayloadEndsThem() throws Exception {
		answer("a", "b", "", "late");
		assertThat(text(caller(), replies(0, null, true), TIMEOUT)).isEqualTo("a,b,");
	}

	@Test
	void silenceEndsThem() throws Exception {
		answer("a", "b");
		assertThat(text(caller(), replies(0, SHORT, false), TIMEOUT)).isEqualTo("a,b,");
	}

	@Test
	void timeoutEndsThemUnlessTheLastIsMissed() throws Exception {
		answer("a", "b");
		assertThat(text(caller(), replies(0, null, false), SHORT)).isEqualTo("a,b,");
		assertThatExceptionOfType(NatsExchangeException.class)
			.isThrownBy(() -> text(caller(), replies(0, null, true), SHORT))
			.satisfies((ex) -> assertThat(ex.failure()).isEqualTo(ExchangeFailure.STREAM_IDLE));
	}

	@Test
	void nobodyAnswers() {
		fails(replies(0, null, true), TIMEOUT, ExchangeFailure.NO_RESPONDERS);
	}

	@Test
	void noReplyInTime() throws Exception {
		subscribe("many", (message) -> {
		});
		fails(replies(0, null, true), SHORT, ExchangeFailure.REPLY_TIMEOUT);
	}

	@Test
	void errorOfAServiceIsNoPart() throws Exception {
		subscribe("many", (message) -> this.serviceConnection.publish(message.getReplyTo(),
				new Headers().add("Nats-Service-Error-Code", "404"), NO_BODY));
		fails(replies(0, null, true), TIMEOUT, ExchangeFailure.SERVICE_ERROR);
	}

	@Test
	void streamIsNoPart() throws Exception {
		subscribe("many", (message) -> this.serviceConnection.publish(message.getReplyTo(),
				new Headers().add("Natsproxy-Status", "200").add("Natsproxy-Body", "stream"), bytes("x")));
		assertThatExceptionOfType(NatsExchangeException.class)
			.isThrownBy(() -> text(caller(), replies(0, null, true), TIMEOUT))
			.satisfies((ex) -> assertThat(ex.failure()).isEqualTo(ExchangeFailure.BAD_REPLY));
	}

	@Test
	void replyThatIsTooLongEndsThem() throws Exception {
		answer("a", "x".repeat(SIZE + 1));
		assertThatExceptionOfType(NatsExchangeException.class)
			.isThrownBy(() -> text(caller(), replies(0, null, true), TIMEOUT))
			.satisfies((ex) -> assertThat(ex.failure()).isEqualTo(ExchangeFailure.BAD_REPLY));
	}

	@Test
	void floodForASlowConsumerIsBounded() throws Exception {
		String[] flood = new String[100];
		Arrays.fill(flood, "x".repeat(SIZE));
		answer(flood);
		NatsCaller caller = caller();
		NatsReply reply = ask(caller, replies(0, null, true), TIMEOUT).block(TIMEOUT);
		AtomicReference<Throwable> failure = new AtomicReference<>();
		BaseSubscriber<byte[]> slow = new BaseSubscriber<>() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
			}

			@Override
			protected void hookOnError(Throwable throwable) {
				failure.set(throwable);
			}

		};
		reply.stream().frames().subscribe(slow);
		await().atMost(TIMEOUT).until(() -> caller.underWay() == 0);
		assertThat(this.callerSide.budget().used()).isLessThan(5_000_000);
		slow.requestUnbounded();
		await().atMost(TIMEOUT)
			.untilAsserted(() -> assertThat(failure.get()).isInstanceOfSatisfying(NatsExchangeException.class,
					(ex) -> assertThat(ex.failure()).isEqualTo(ExchangeFailure.MEMORY_EXHAUSTED)));
	}

	@Test
	void nothingIsLeftWhenNobodyWantsThem() throws Exception {
		answer("a", "b");
		Mono<NatsReply> asked = ask(caller(), replies(0, null, true), TIMEOUT);
		asked.block(TIMEOUT).discard();
		asked.block(TIMEOUT).stream().frames().take(1).blockLast(TIMEOUT);
		Disposable given = ask(caller(), replies(0, null, true), TIMEOUT).subscribe();
		given.dispose();
	}

	@Test
	void nothingIsLeftOfWhatCameBeforeItCouldBeHandedOver() throws Exception {
		answer("a", "b", "");
		NatsCaller caller = caller();
		BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
		Disposable given = caller
			.requestMany("many", new NatsHeaders(), bytes("?"), replies(0, null, true),
					new CallOptions(TIMEOUT, tasks::add))
			.subscribe();
		await().atMost(TIMEOUT).until(() -> caller.underWay() == 0);
		assertThat(this.callerSide.budget().used()).isPositive();
		given.dispose();
		tasks.forEach(Runnable::run);
	}

	private void answer(String... replies) throws Exception {
		subscribe("many", (message) -> {
			for (String reply : replies) {
				this.serviceConnection.publish(message.getReplyTo(), bytes(reply));
			}
		});
	}

	private void fails(ManyReplies replies, Duration timeout, ExchangeFailure failure) {
		assertThatExceptionOfType(NatsExchangeException.class)
			.isThrownBy(() -> ask(caller(), replies, timeout).block(TIMEOUT))
			.satisfies((ex) -> assertThat(ex.failure()).isEqualTo(failure));
	}

	private static ManyReplies replies(int max, @Nullable Duration stall, boolean sentinel) {
		return new ManyReplies(max, stall, sentinel, SIZE, new ResponseHead(200, HeaderFields.EMPTY),
				(payload) -> bytes(text(payload) + ","));
	}

	private static Mono<NatsReply> ask(NatsCaller caller, ManyReplies replies, Duration timeout) {
		return caller.requestMany("many", new NatsHeaders(), bytes("?"), replies,
				new CallOptions(timeout, ForkJoinPool.commonPool()));
	}

	private static String text(NatsCaller caller, ManyReplies replies, Duration timeout) {
		NatsReply reply = ask(caller, replies, timeout).block(TIMEOUT);
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		reply.stream().consumedFrames().doOnNext(body::writeBytes).blockLast(TIMEOUT);
		return text(body.toByteArray());
	}

}
