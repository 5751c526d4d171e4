package io.natsproxy.it.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.nats.client.Connection;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One broker and one gateway for all tests of this package. After each test nothing may
 * be in flight, and after each class Netty may not have found a buffer that was lost.
 */
public final class SharedGateway implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

	private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedGateway.class);

	private static final Queue<String> leaks = new ConcurrentLinkedQueue<>();

	private final Queue<Peer> peers = new ConcurrentLinkedQueue<>();

	private volatile Running running;

	@Override
	public void beforeAll(ExtensionContext context) {
		this.running = context.getRoot()
			.getStore(NAMESPACE)
			.computeIfAbsent(Running.class, (key) -> new Running(), Running.class);
	}

	public TestBroker broker() {
		return this.running.broker;
	}

	public TestApplication gateway() {
		return this.running.gateway;
	}

	public int port() {
		return this.running.gateway.port();
	}

	/**
	 * Returns a new peer, which is closed after the test if not before.
	 */
	public Peer peer() {
		Peer peer = new Peer(this.running.connection);
		this.peers.add(peer);
		return peer;
	}

	void closePeers() {
		for (Peer peer = this.peers.poll(); peer != null; peer = this.peers.poll()) {
			peer.close();
		}
	}

	@Override
	public void afterEach(ExtensionContext context) {
		closePeers();
		awaitNothingInFlight(this.running.gateway);
	}

	public static void awaitNothingInFlight(TestApplication gateway) {
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(20))
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> {
				assertThat(gateway.inFlight()).isZero();
				assertThat(gateway.memoryUsed()).isZero();
			});
	}

	@Override
	public void afterAll(ExtensionContext context) {
		assertNoLeaks();
	}

	/**
	 * Netty reports a buffer that was lost when it allocates another one after the
	 * garbage collector has met the first.
	 */
	private static void assertNoLeaks() {
		System.gc();
		for (int i = 0; i < 200; i++) {
			ByteBuf buffer = PooledByteBufAllocator.DEFAULT.buffer(16);
			buffer.release();
		}
		List<String> found = List.copyOf(leaks);
		leaks.clear();
		assertThat(found).isEmpty();
	}

	private static final class Running implements AutoCloseable {

		private final TestBroker broker;

		private final TestApplication gateway;

		private final Connection connection;

		private Running() {
			ByteBufUtil.setLeakListener((type, records) -> leaks.add(type + ": " + records));
			this.broker = TestBroker.start();
			this.gateway = TestApplication.gateway(this.broker).start();
			this.connection = Peer.connect(this.broker);
		}

		@Override
		public void close() {
			try {
				this.connection.close();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			this.gateway.close();
			this.broker.close();
		}

	}

}
