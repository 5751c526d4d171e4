package io.natsproxy.core.jetstream;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
class BlockingCallsTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private final BlockingCalls calls = new BlockingCalls("test", 1, 1);

	private final CountDownLatch begun = new CountDownLatch(1);

	private final CountDownLatch released = new CountDownLatch(1);

	@AfterEach
	void close() {
		this.released.countDown();
		this.calls.close();
	}

	private Mono<String> blocked() {
		return this.calls.call(() -> {
			this.begun.countDown();
			this.released.await();
			return "done";
		}, LONG);
	}

	@Test
	void cancellationInterruptsNothingThatHasBegun() throws Exception {
		CompletableFuture<String> discarded = new CompletableFuture<>();
		Disposable call = blocked().doOnDiscard(String.class, discarded::complete).subscribe();
		this.begun.await();
		call.dispose();
		this.released.countDown();
		assertThat(discarded.get(10, TimeUnit.SECONDS)).isEqualTo("done");
	}

	@Test
	void cancelledCallLeavesItsPlace() throws Exception {
		blocked().subscribe();
		this.begun.await();
		CompletableFuture<String> never = this.calls.call(() -> "never", LONG).toFuture();
		StepVerifier.create(this.calls.call(() -> "refused", LONG)).verifyError(RejectedExecutionException.class);
		never.cancel(true);
		CompletableFuture<String> next = this.calls.call(() -> "next", LONG).toFuture();
		this.released.countDown();
		assertThat(next.get(10, TimeUnit.SECONDS)).isEqualTo("next");
	}

	@Test
	void callThatWaitsTooLongDoesNotBegin() throws Exception {
		blocked().subscribe();
		this.begun.await();
		CompletableFuture<Boolean> begins = new CompletableFuture<>();
		StepVerifier.create(this.calls.call(() -> begins.complete(true), Duration.ofMillis(1)))
			.verifyError(RejectedExecutionException.class);
		this.released.countDown();
		StepVerifier.create(this.calls.call(() -> "next", LONG)).expectNext("next").verifyComplete();
		assertThat(begins).isNotDone();
	}

	@Test
	void failureIsTold() {
		StepVerifier.create(this.calls.call(() -> {
			throw new IllegalStateException("broken");
		}, LONG)).verifyErrorMessage("broken");
		StepVerifier.create(this.calls.call(() -> null, LONG)).verifyComplete();
	}

}
