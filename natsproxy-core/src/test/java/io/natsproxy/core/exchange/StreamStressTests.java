package io.natsproxy.core.exchange;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.wire.WireProtocol;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many streams at once, both ways, a third of which is cancelled somewhere.
 */
class StreamStressTests extends AbstractStreamTests {

	private static final int STREAMS_AT_ONCE = 300;

	private static final long SEED = 7;

	private final AtomicInteger whole = new AtomicInteger();

	private final AtomicInteger cut = new AtomicInteger();

	@Test
	void streamsAtOnceOfWhichAThirdIsCancelledLeaveNothingAndTheOthersAreWhole() throws Exception {
		serve(PATIENT, "POST:.echo", (exchange) -> Flux.concat(FLUSH, requestBody(exchange)));
		NatsCaller caller = caller(new NatsCallerOptions(STREAMS_AT_ONCE, WireProtocol.MAX_HEAD_SIZE,
				WireProtocol.MAX_CONTROL_LINE, PATIENT));
		Random random = new Random(SEED);
		Flux.range(0, STREAMS_AT_ONCE)
			.map((index) -> echo(caller, 20_000 + random.nextInt(150_000), 1 + random.nextInt(20_000),
					(index % 3 == 0) ? random.nextInt(20_000) : -1))
			.collectList()
			.flatMapMany(Flux::fromIterable)
			.flatMap((exchange) -> exchange, STREAMS_AT_ONCE)
			.blockLast(TIMEOUT.multipliedBy(6));
		assertThat(this.whole).hasValue(STREAMS_AT_ONCE - STREAMS_AT_ONCE / 3);
		assertThat(this.cut).hasValue(STREAMS_AT_ONCE / 3);
		// That nothing is left is checked after every test.
	}

	/**
	 * Sends content and checks it when it comes back.
	 * @param cutAfter how many bytes to receive before cancelling, none to cancel before
	 * the head, or less for all
	 */
	private Mono<Void> echo(NatsCaller caller, int length, int chunk, int cutAfter) {
		Mono<NatsReply> reply = post(caller, "/echo", Flux.concat(FLUSH, new TestContent().chunks(length, chunk)));
		if (cutAfter >= 0 && cutAfter % 4 == 0) {
			return Mono.firstWithSignal(reply.then(), Mono.empty()).then(Mono.fromRunnable(this.cut::incrementAndGet));
		}
		TestContent received = new TestContent();
		return reply.flatMap((answer) -> {
			BodyStream stream = answer.stream();
			assertThat(stream).isNotNull();
			Flux<byte[]> body = stream.consumedFrames().doOnNext(received::check);
			if (cutAfter >= 0) {
				return body.takeUntil((frame) -> received.checked() > cutAfter)
					.then(Mono.fromRunnable(this.cut::incrementAndGet));
			}
			return body.then(Mono.fromRunnable(() -> {
				assertThat(received.checked()).isEqualTo(length);
				this.whole.incrementAndGet();
			}));
		});
	}

}
