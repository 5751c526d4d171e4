package io.natsproxy.jetty;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

import static org.assertj.core.api.Assertions.assertThat;

class ResponseContentTests {

	private final ResponseContent content = new ResponseContent(Runnable::run);

	private final Received received = new Received();

	private final ByteBuffer buffer = BufferUtil.allocate(16);

	@BeforeEach
	void subscribe() {
		this.content.subscribe(this.received);
	}

	/**
	 * Jetty takes its buffer back when the response has been sent, and another request
	 * has it next.
	 */
	@Test
	void bufferThatWasGivenBackIsNotReadAgain() {
		this.received.request(1);
		CompletableFuture<Void> sent = send("first", true);
		assertThat(this.received.texts).containsExactly("first");
		assertThat(this.received.completed).isTrue();
		this.content.sent();
		assertThat(sent).isCompleted();
		fill("of another");
		this.received.request(1);
		this.content.flush();
		assertThat(BufferUtil.toString(this.buffer)).isEqualTo("of another");
		assertThat(this.received.texts).containsExactly("first");
	}

	@Test
	void bufferBetweenTwoIsNotReadAgain() {
		this.received.request(1);
		assertThat(send("first", false)).isCompleted();
		fill("of another");
		this.received.request(1);
		assertThat(BufferUtil.toString(this.buffer)).isEqualTo("of another");
		this.content.flush();
		this.received.request(1);
		assertThat(BufferUtil.toString(this.buffer)).isEqualTo("of another");
	}

	@Test
	void bufferIsGivenBackWhenAllOfItHasBeenAskedFor() {
		CompletableFuture<Void> taken = send("first", false);
		assertThat(taken).isNotDone();
		this.received.request(1);
		assertThat(taken).isCompleted();
		assertThat(this.received.texts).containsExactly("first");
		assertThat(this.received.completed).isFalse();
	}

	@Test
	void emptyBufferIsGivenBackAtOnce() {
		assertThat(send("", false)).isCompleted();
		assertThat(send("", true)).isNotDone();
		assertThat(this.received.completed).isTrue();
	}

	@Test
	void bufferOfAResponseThatFailedIsNotReadAgain() {
		CompletableFuture<Void> taken = send("first", false);
		this.content.cancel();
		assertThat(taken).isCompletedExceptionally();
		this.received.request(1);
		assertThat(this.received.texts).isEmpty();
		assertThat(BufferUtil.toString(this.buffer)).isEqualTo("first");
		assertThat(send("second", true)).isCompletedExceptionally();
	}

	private void fill(String text) {
		BufferUtil.clear(this.buffer);
		BufferUtil.append(this.buffer, text.getBytes(StandardCharsets.UTF_8));
	}

	private CompletableFuture<Void> send(String text, boolean last) {
		fill(text);
		CompletableFuture<Void> future = new CompletableFuture<>();
		this.content.send(this.buffer, last, new Callback() {

			@Override
			public void succeeded() {
				future.complete(null);
			}

			@Override
			public void failed(@Nullable Throwable failure) {
				future.completeExceptionally((failure != null) ? failure : new IllegalStateException());
			}

		});
		return future;
	}

	/**
	 * Asks for nothing by itself.
	 */
	private static final class Received extends BaseSubscriber<byte[]> {

		private final List<String> texts = new ArrayList<>();

		private boolean completed;

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			// The test asks.
		}

		@Override
		protected void hookOnNext(byte[] chunk) {
			this.texts.add(new String(chunk, StandardCharsets.UTF_8));
		}

		@Override
		protected void hookOnComplete() {
			this.completed = true;
		}

	}

}
