package io.natsproxy.core.transport.netty;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link EnduringEventLoopGroup}.
 */
class EnduringEventLoopGroupTests {

	private final AtomicInteger failures = new AtomicInteger();

	private final AtomicReference<Error> failure = new AtomicReference<>(new OutOfMemoryError("test"));

	private final MultiThreadIoEventLoopGroup group = new EnduringEventLoopGroup(1,
			(task) -> new Thread(task, "enduring"), failing(kind().handlers()));

	private final EventLoop loop = this.group.next();

	@AfterEach
	void stop() throws Exception {
		this.group.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(30, TimeUnit.SECONDS);
		assertThat(this.group.isTerminated()).isTrue();
	}

	@Test
	void theLoopGoesOnWhenItsTransportFails() throws Exception {
		Thread thread = this.loop.submit(Thread::currentThread).get(30, TimeUnit.SECONDS);
		CompletableFuture<String> scheduled = new CompletableFuture<>();
		this.loop.schedule(() -> scheduled.complete("ran"), 20, TimeUnit.MILLISECONDS);
		this.failures.set(5);
		this.loop.execute(() -> {
		});
		await().until(() -> this.failures.get() == 0);
		assertThat(scheduled.get(30, TimeUnit.SECONDS)).isEqualTo("ran");
		assertThat(this.loop.submit(Thread::currentThread).get(10, TimeUnit.SECONDS)).isSameAs(thread);
		assertThat(this.loop.isShuttingDown()).isFalse();
	}

	@Test
	void errorsOfAnyKindAreSurvived() throws Exception {
		this.failure.set(new LinkageError("test"));
		this.failures.set(3);
		assertThat(this.loop.submit(() -> "alive").get(30, TimeUnit.SECONDS)).isEqualTo("alive");
		await().until(() -> this.failures.get() == 0);
		assertThat(this.loop.submit(() -> "alive").get(30, TimeUnit.SECONDS)).isEqualTo("alive");
	}

	@Test
	void aLoopThatFailsCanBeStopped() throws Exception {
		assertThat(this.loop.submit(() -> "alive").get(30, TimeUnit.SECONDS)).isEqualTo("alive");
		this.failures.set(10);
		this.group.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(30, TimeUnit.SECONDS);
		assertThat(this.group.isTerminated()).isTrue();
	}

	private static IoKind kind() {
		return (EventLoopTransport.byDefault() == EventLoopTransport.IO_URING) ? IoKind.IO_URING : IoKind.NIO;
	}

	private IoHandlerFactory failing(IoHandlerFactory factory) {
		return (executor) -> new FailingIoHandler(factory.newHandler(executor));
	}

	/**
	 * Throws in place of so many turns as there are failures.
	 */
	private final class FailingIoHandler implements IoHandler {

		private final IoHandler handler;

		FailingIoHandler(IoHandler handler) {
			this.handler = handler;
		}

		@Override
		public int run(IoHandlerContext context) {
			if (EnduringEventLoopGroupTests.this.failures.get() > 0) {
				EnduringEventLoopGroupTests.this.failures.decrementAndGet();
				throw EnduringEventLoopGroupTests.this.failure.get();
			}
			return this.handler.run(context);
		}

		@Override
		public void initialize() {
			this.handler.initialize();
		}

		@Override
		public void prepareToDestroy() {
			this.handler.prepareToDestroy();
		}

		@Override
		public void destroy() {
			this.handler.destroy();
		}

		@Override
		public IoRegistration register(IoHandle handle) throws Exception {
			return this.handler.register(handle);
		}

		@Override
		public void wakeup() {
			this.handler.wakeup();
		}

		@Override
		public boolean isCompatible(Class<? extends IoHandle> handleType) {
			return this.handler.isCompatible(handleType);
		}

	}

}
