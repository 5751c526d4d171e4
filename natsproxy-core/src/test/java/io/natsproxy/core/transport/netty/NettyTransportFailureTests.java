package io.natsproxy.core.transport.netty;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.transport.TransportSubscriber;
import io.natsproxy.test.TestBroker;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.DefaultMessageSizeEstimator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of a {@link NettyTransport} on whose way something fails that nobody expects to.
 */
class NettyTransportFailureTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static TestBroker broker;

	private final FailingLoops loops = new FailingLoops();

	private final NatsConnector connector = new NatsConnector("test", "",
			new SharedEventLoops(List.of(this.loops.next()), FailingChannel.class, 1));

	private final Queue<String> received = new ConcurrentLinkedQueue<>();

	private NettyTransport transport;

	@BeforeAll
	static void startBroker() {
		broker = TestBroker.start();
	}

	@AfterAll
	static void stopBroker() {
		broker.close();
	}

	@BeforeEach
	void connect() {
		FailingChannel.messages.set(0);
		FailingChannel.flushes.set(0);
		this.transport = NettyTransport.of(this.connector.connectNow(this.connector.options()
			.server(broker.url())
			.reconnectWait(Duration.ofMillis(20))
			.reconnectJitter(Duration.ofMillis(1))
			.build()));
	}

	@AfterEach
	void close() {
		this.connector.close();
		this.loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
	}

	@Test
	void anEventLoopThatOnceTakesNothingIsAskedAgain() throws Exception {
		subscribe("again");
		this.loops.failures.set(1);
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> publish("again", "first"));
		publish("again", "second");
		await().atMost(TIMEOUT).until(() -> this.received.contains("second"));
		assertThat(this.received).containsExactly("first", "second");
	}

	@Test
	void whatFailsBeforeItIsSentIsNotCountedAsPending() throws Exception {
		byte[] payload = new byte[1000];
		for (int i = 0; i < 100_000 && i * 1000L < 80L * 1024 * 1024; i++) {
			this.loops.failures.set(1);
			try {
				this.transport.publish("pending", null, null, payload);
			}
			catch (OutOfMemoryError ex) {
				// The next takes it along.
			}
			if (i % 1000 == 0) {
				assertThat(this.transport.flush(TIMEOUT)).isTrue();
			}
		}
		subscribe("pending.end");
		publish("pending.end", "alive");
		await().atMost(TIMEOUT).until(() -> this.received.contains("alive"));
	}

	@Test
	void aSubscriptionThatCannotBeWrittenIsMadeWithTheNextConnection() {
		FailingChannel.messages.set(1);
		this.transport.newSubscriber((message) -> this.received.add("ok")).subscribe("missing", (String) null);
		await().atMost(TIMEOUT).until(() -> this.transport.connection().getStatistics().getReconnects() == 1);
		await().atMost(TIMEOUT).until(this.transport::isConnected);
		publish("missing", "x");
		await().atMost(TIMEOUT).until(() -> this.received.contains("ok"));
	}

	@Test
	void aConnectionOnWhichNothingCanBeWrittenIsMadeAnew() throws Exception {
		subscribe("unwritten");
		FailingChannel.flushes.set(1);
		publish("unwritten", "lost");
		await().atMost(TIMEOUT).until(() -> this.transport.connection().getStatistics().getReconnects() == 1);
		await().atMost(TIMEOUT).until(this.transport::isConnected);
		publish("unwritten", "found");
		await().atMost(TIMEOUT).until(() -> this.received.contains("found"));
		assertThat(this.received).containsExactly("found");
	}

	@Test
	void aReceiverWithoutMemoryLosesItsOwnMessageOnly() throws Exception {
		AtomicInteger failed = new AtomicInteger();
		this.transport.newSubscriber((message) -> {
			failed.incrementAndGet();
			throw new OutOfMemoryError("test");
		}).subscribe("greedy", (String) null);
		subscribe("modest");
		for (int i = 0; i < 20; i++) {
			publish("greedy", "x");
			publish("modest", "y");
		}
		await().atMost(TIMEOUT).until(() -> this.received.size() == 20);
		assertThat(failed).hasValue(20);
		assertThat(this.transport.connection().getStatistics().getReconnects()).isZero();
	}

	private void publish(String subject, String text) {
		this.transport.publish(subject, null, null, text.getBytes(StandardCharsets.UTF_8));
	}

	private void subscribe(String subject) throws InterruptedException {
		TransportSubscriber subscriber = this.transport
			.newSubscriber((message) -> this.received.add(new String(message.payload(), StandardCharsets.UTF_8)));
		subscriber.subscribe(subject, (String) null);
		assertThat(this.transport.flush(TIMEOUT)).isTrue();
	}

	/**
	 * An event loop that takes no task of the threads of tests for as many times as there
	 * are failures.
	 */
	private static final class FailingLoops extends MultiThreadIoEventLoopGroup {

		private AtomicInteger failures;

		FailingLoops() {
			super(1, (ThreadFactory) null, NioIoHandler.newFactory());
		}

		@Override
		protected IoEventLoop newChild(Executor executor, IoHandlerFactory ioHandlerFactory, Object... args) {
			AtomicInteger failures = new AtomicInteger();
			this.failures = failures;
			Thread test = Thread.currentThread();
			return new SingleThreadIoEventLoop(this, executor, ioHandlerFactory) {

				@Override
				public void execute(Runnable task) {
					if (Thread.currentThread() == test && failures.getAndSet(0) > 0) {
						throw new OutOfMemoryError("test");
					}
					super.execute(task);
				}

			};
		}

	}

	/**
	 * A socket that fails to take messages, or to flush them, for as many times as there
	 * are failures.
	 */
	public static final class FailingChannel extends NioSocketChannel {

		private static final AtomicInteger messages = new AtomicInteger();

		private static final AtomicInteger flushes = new AtomicInteger();

		public FailingChannel() {
			MessageSizeEstimator.Handle estimator = DefaultMessageSizeEstimator.DEFAULT.newHandle();
			// Asked for each message that is written.
			config().setMessageSizeEstimator(() -> (message) -> {
				failIfDue(messages);
				return estimator.size(message);
			});
		}

		private static void failIfDue(AtomicInteger failures) {
			if (failures.getAndUpdate((left) -> Math.max(0, left - 1)) > 0) {
				throw new OutOfMemoryError("test");
			}
		}

		@Override
		protected void doWrite(ChannelOutboundBuffer in) throws Exception {
			failIfDue(flushes);
			super.doWrite(in);
		}

	}

}
