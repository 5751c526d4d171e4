package io.natsproxy.jetty;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.eclipse.jetty.io.Content;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The states of a streamed body.
 */
class RequestContentTests {

	private final AtomicLong released = new AtomicLong();

	private final AtomicInteger told = new AtomicInteger();

	/**
	 * Somebody demands, and a frame comes, while somebody else is about to ask.
	 */
	@Test
	void frameThatComesWhileItIsAskedForIsDeliveredOnce() {
		AtomicReference<RequestContent> content = new AtomicReference<>();
		AtomicLong requested = new AtomicLong();
		Flux<byte[]> frames = frames(3).doOnRequest(requested::addAndGet);
		content.set(content(Flux.from((subscriber) -> {
			frames.subscribe(subscriber);
			content.get().demand();
		})));
		assertThat(next(content.get())).isEqualTo(0);
		assertThat(requested).hasValue(1);
		assertThat(this.told).hasValue(1);
		assertThat(next(content.get())).isEqualTo(1);
		assertThat(next(content.get())).isEqualTo(2);
		assertThat(content.get().read()).isSameAs(Content.Chunk.EOF);
		assertThat(content.get().read()).isSameAs(Content.Chunk.EOF);
		assertThat(this.released).hasValue(3);
	}

	@Test
	void failureFollowsTheChunkThatHasNotBeenRead() {
		RequestContent content = content(frames(1).concatWith(Flux.error(new IllegalStateException("broken"))));
		content.demand();
		assertThat(this.told).hasValue(1);
		assertThat(next(content)).isEqualTo(0);
		content.demand();
		assertThat(Content.Chunk.isFailure(content.read())).isTrue();
		assertThat(Content.Chunk.isFailure(content.read())).isTrue();
		assertThat(this.told).hasValue(2);
	}

	@Test
	void whatIsDiscardedIsReleasedAndEnds() {
		RequestContent content = content(frames(3));
		content.demand();
		content.discard();
		assertThat(this.released).hasValue(1);
		assertThat(content.read()).isSameAs(Content.Chunk.EOF);
	}

	@Test
	void manyFramesComeInOrderToAnAsynchronousReader() throws Exception {
		int count = 50_000;
		CompletableFuture<List<Integer>> all = new CompletableFuture<>();
		AtomicReference<RequestContent> content = new AtomicReference<>();
		List<Integer> read = new ArrayList<>();
		Runnable reader = () -> {
			for (Content.Chunk chunk = content.get().read(); chunk != null; chunk = content.get().read()) {
				if (chunk.isLast()) {
					all.complete(read);
					return;
				}
				read.add(chunk.getByteBuffer().getInt());
				chunk.release();
			}
			content.get().demand();
		};
		content.set(new RequestContent(
				Flux.range(0, count)
					.map((i) -> ByteBuffer.allocate(4).putInt(i).array())
					.publishOn(Schedulers.parallel(), 1),
				this.released::addAndGet, () -> Schedulers.boundedElastic().schedule(reader)));
		reader.run();
		assertThat(all.get(Duration.ofSeconds(30).toSeconds(), TimeUnit.SECONDS))
			.isEqualTo(Flux.range(0, count).collectList().block());
		assertThat(this.released).hasValue(4L * count);
	}

	private RequestContent content(Flux<byte[]> frames) {
		return new RequestContent(frames, this.released::addAndGet, this.told::incrementAndGet);
	}

	private static Flux<byte[]> frames(int count) {
		return Flux.range(0, count).map((i) -> new byte[] { i.byteValue() });
	}

	private static int next(RequestContent content) {
		Content.Chunk chunk = content.read();
		assertThat(chunk).isNotNull();
		int value = chunk.getByteBuffer().get();
		chunk.release();
		return value;
	}

}
