package io.natsproxy.gateway.declared.jetstream;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class LineSplitterTests {

	private final ByteReservation memory = new ByteReservation(new ByteBudget(1_000_000));

	private List<String> split(int limit, String... chunks) {
		List<String> lines = new ArrayList<>();
		new LineSplitter(limit, this.memory).split(Flux.fromArray(chunks).map(LineSplitterTests::bytes))
			.doOnNext((line) -> {
				byte[] content = line.content();
				lines.add(line.number() + ((content != null) ? ":" + new String(content, StandardCharsets.UTF_8) : ""));
				this.memory.release((content != null) ? content.length : 0);
			})
			.blockLast();
		return lines;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@Test
	void linesAreOneWhereverChunksEnd() {
		assertThat(split(100, "a\nb", "b", "", "\n", "c\r", "\nd")).containsExactly("1:a", "2:bb", "3:c", "4:d");
		assertThat(this.memory.held()).isZero();
	}

	@Test
	void emptyLinesAreCounted() {
		assertThat(split(100, "\n\r\na\n\n\nb\n")).containsExactly("3:a", "6:b");
		assertThat(split(100)).isEmpty();
		assertThat(this.memory.held()).isZero();
	}

	@Test
	void longLinesLeaveTheOthersWhole() {
		assertThat(split(3, "abc\nabcd\n", "abc", "\r\nab", "cdefgh", "ijk\nxyz\nlong")).containsExactly("1:abc", "2",
				"3:abc", "4", "5:xyz", "6");
		assertThat(this.memory.held()).isZero();
	}

	@Test
	void bodyIsReadAsLinesAreTaken() {
		AtomicInteger chunks = new AtomicInteger();
		Flux<byte[]> body = Flux.generate((sink) -> {
			chunks.incrementAndGet();
			sink.next(bytes("a\nb\n"));
		});
		List<Long> numbers = new ArrayList<>();
		BaseSubscriber<LineSplitter.Line> subscriber = new BaseSubscriber<>() {
			@Override
			protected void hookOnSubscribe(Subscription subscription) {
			}

			@Override
			protected void hookOnNext(LineSplitter.Line line) {
				numbers.add(line.number());
			}
		};
		new LineSplitter(100, this.memory).split(body).subscribe(subscriber);
		subscriber.request(3);
		assertThat(numbers).containsExactly(1L, 2L, 3L);
		assertThat(this.memory.held()).isLessThanOrEqualTo(4);
		assertThat(chunks).hasValueLessThanOrEqualTo(3);
		subscriber.cancel();
	}

	@Test
	void bodyThatBreaksOffHasNoLastLine() {
		List<Long> numbers = new ArrayList<>();
		Flux<byte[]> body = Flux.concat(Flux.just(bytes("a\nb")), Flux.error(new IllegalStateException()));
		assertThatIllegalStateException().isThrownBy(() -> new LineSplitter(100, this.memory).split(body)
			.doOnNext((line) -> numbers.add(line.number()))
			.blockLast());
		assertThat(numbers).containsExactly(1L);
	}

	@Test
	void linesForWhichThereIsNoMemoryAreRefused() {
		ByteReservation none = new ByteReservation(new ByteBudget(1_000));
		none.reserve(1_000);
		assertThatExceptionOfType(NatsExchangeException.class)
			.isThrownBy(() -> new LineSplitter(100_000, none).split(Flux.just(new byte[50_000])).blockLast());
	}

}
