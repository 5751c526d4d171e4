package io.natsproxy.webflux.body;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.natsproxy.core.stream.BodyChunks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ChunkFlux}.
 */
class ChunkFluxTests {

	private final NettyDataBufferFactory bufferFactory = new NettyDataBufferFactory(PooledByteBufAllocator.DEFAULT);

	private final List<ByteBuf> buffers = new ArrayList<>();

	private final TestPublisher<DataBuffer> source = TestPublisher.create();

	private final Queue<Runnable> turn = new ArrayDeque<>();

	private DataBuffer buffer(String content) {
		ByteBuf buffer = PooledByteBufAllocator.DEFAULT.buffer();
		buffer.writeCharSequence(content, StandardCharsets.UTF_8);
		this.buffers.add(buffer);
		return this.bufferFactory.wrap(buffer);
	}

	private Flux<String> chunks(Flux<DataBuffer> source, int size) {
		return new ChunkFlux(source, size, size, 0, null).map(ChunkFluxTests::text);
	}

	@AfterEach
	void everyBufferIsReleased() {
		assertThat(this.buffers).allSatisfy((buffer) -> assertThat(buffer.refCnt()).isZero());
	}

	@Test
	void buffersThatAreThereShareAChunk() {
		StepVerifier.create(chunks(Flux.just("a", "", "bc", "defgh", "i").map(this::buffer), 4))
			.expectNext("abcd", "efgh", "i")
			.verifyComplete();
	}

	@Test
	void theFirstChunkMayBeLonger() {
		Flux<DataBuffer> buffers = Flux.just("abcd", "efgh", "ijkl", "mnop").map(this::buffer);
		StepVerifier.create(new ChunkFlux(buffers, 10, 3, 0, null).map(ChunkFluxTests::text))
			.expectNext("abcdefghij", "klm", "nop")
			.verifyComplete();
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 7, 12, Long.MAX_VALUE })
	void whatIsExpectedChangesNothing(long expected) {
		Flux<DataBuffer> buffers = Flux.just("abcd", "efgh", "ijkl").map(this::buffer);
		StepVerifier.create(new ChunkFlux(buffers, 5, 4, expected, null).map(ChunkFluxTests::text))
			.expectNext("abcde", "fghi", "jkl")
			.verifyComplete();
	}

	private static String text(byte[] chunk) {
		return new String(chunk, StandardCharsets.UTF_8);
	}

	@Test
	void bufferLongerThanAChunkIsCut() {
		StepVerifier.create(chunks(Flux.just("abcdefghij").map(this::buffer), 4), 1)
			.expectNext("abcd")
			.thenRequest(1)
			.expectNext("efgh")
			.thenRequest(1)
			.expectNext("ij")
			.verifyComplete();
	}

	@Test
	void chunkDoesNotWaitForWhatIsNotThere() {
		TestPublisher<DataBuffer> source = TestPublisher.create();
		StepVerifier.create(chunks(source.flux(), 4))
			.then(() -> source.next(buffer("a")))
			.expectNext("a")
			.then(() -> source.next(buffer("bc")))
			.expectNext("bc")
			.then(source::complete)
			.verifyComplete();
	}

	@Test
	void sourceIsAskedForNothingThatNobodyWants() {
		TestPublisher<DataBuffer> source = TestPublisher.create();
		StepVerifier.create(chunks(source.flux(), 4), 0).then(() -> {
			source.assertSubscribers();
			source.assertWasNotRequested();
		}).thenCancel().verify();
		source.assertCancelled();
	}

	@Test
	void emptySourceIsAnEmptyBody() {
		StepVerifier.create(chunks(Flux.empty(), 4)).verifyComplete();
		StepVerifier.create(chunks(Flux.just("", "").map(this::buffer), 4)).verifyComplete();
	}

	@Test
	void failureComesWithoutBeingAskedFor() {
		TestPublisher<DataBuffer> source = TestPublisher.create();
		StepVerifier.create(chunks(source.flux(), 4), 0)
			.then(() -> source.error(new IllegalStateException("source")))
			.verifyErrorMessage("source");
	}

	@Test
	void cancellationReleasesWhatIsHeld() {
		StepVerifier.create(chunks(Flux.just("abcdefghij").map(this::buffer), 4), 1)
			.expectNext("abcd")
			.thenCancel()
			.verify();
	}

	@Test
	void groupsEndWithAFlush() {
		Flux<Flux<DataBuffer>> groups = Flux.just(Flux.just("a", "b").map(this::buffer), Flux.empty());
		StepVerifier.create(BodyFlux.flushedChunks(groups))
			.assertNext((chunk) -> assertThat(chunk).asString(StandardCharsets.UTF_8).isEqualTo("ab"))
			.expectNextMatches((chunk) -> chunk == BodyChunks.FLUSH)
			.expectNextMatches((chunk) -> chunk == BodyChunks.FLUSH)
			.verifyComplete();
	}

	@Test
	void whatComesWithinATurnSharesAChunk() {
		StepVerifier.create(inTurns(0))
			.then(() -> this.source.next(buffer("ab")).next(buffer("cd")).next(buffer("efg")))
			.expectNext("abcde")
			.then(this::endTurn)
			.expectNext("fg")
			.then(() -> this.source.next(buffer("h")))
			.then(this::endTurn)
			.expectNext("h")
			.then(this.source::complete)
			.verifyComplete();
		assertThat(this.turn).isEmpty();
	}

	@Test
	void aBodyThatIsCompleteDoesNotWaitForTheEndOfTheTurn() {
		StepVerifier.create(inTurns(0))
			.then(() -> this.source.next(buffer("ab")).complete())
			.expectNext("ab")
			.verifyComplete();
		endTurn();
	}

	@Test
	void aBodyOfWhichAllHasComeDoesNotWaitForTheEndOfTheTurn() {
		StepVerifier.create(inTurns(2))
			.then(() -> this.source.next(buffer("ab")))
			.expectNext("ab")
			.then(() -> assertThat(this.turn).isEmpty())
			.then(this.source::complete)
			.verifyComplete();
	}

	@Test
	void whatIsGatheredIsDroppedByACancellationWithinTheTurn() {
		StepVerifier.create(inTurns(0)).then(() -> this.source.next(buffer("ab"))).thenCancel().verify();
		endTurn();
	}

	@Test
	void anEventLoopThatHasEndedIsNotWaitedFor() {
		Flux<byte[]> chunks = new ChunkFlux(this.source.flux(), 5, 5, 0, (task) -> {
			throw new RejectedExecutionException();
		});
		StepVerifier.create(chunks.map(ChunkFluxTests::text))
			.then(() -> this.source.next(buffer("ab")))
			.expectNext("ab")
			.then(this.source::complete)
			.verifyComplete();
	}

	@Test
	void aTurnThatWasRefusedOnceIsAskedForAgain() {
		Queue<Executor> executors = new ArrayDeque<>();
		executors.add((task) -> {
			throw new RejectedExecutionException();
		});
		executors.add(this.turn::add);
		Flux<byte[]> chunks = new ChunkFlux(this.source.flux(), 5, 5, 0, (task) -> executors.remove().execute(task));
		StepVerifier.create(chunks.map(ChunkFluxTests::text))
			.then(() -> this.source.next(buffer("ab")))
			.expectNext("ab")
			.then(() -> this.source.next(buffer("cd")))
			.then(this::endTurn)
			.expectNext("cd")
			.then(this.source::complete)
			.verifyComplete();
	}

	private Flux<String> inTurns(long expected) {
		return new ChunkFlux(this.source.flux(), 5, 5, expected, this.turn::add).map(ChunkFluxTests::text);
	}

	private void endTurn() {
		for (Runnable task = this.turn.poll(); task != null; task = this.turn.poll()) {
			task.run();
		}
	}

}
