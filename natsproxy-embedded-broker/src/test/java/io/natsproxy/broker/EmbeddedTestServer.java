package io.natsproxy.broker;

import io.netty.buffer.UnpooledByteBufAllocator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The embedded broker, on an allocator that knows of every buffer.
 */
final class EmbeddedTestServer implements TestServer {

	private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);

	private final EmbeddedNatsBroker broker;

	EmbeddedTestServer(BrokerOptions options) {
		this.broker = EmbeddedNatsBroker.create(options, this.allocator).start();
	}

	@Override
	public int port() {
		return this.broker.port();
	}

	BrokerStatistics statistics() {
		return this.broker.statistics();
	}

	long usedMemory() {
		return this.allocator.metric().usedDirectMemory() + this.allocator.metric().usedHeapMemory();
	}

	/**
	 * Waits until the clients are gone and nothing of them is left.
	 */
	void awaitNothingLeft() {
		await().untilAsserted(() -> {
			assertThat(statistics().connections()).isZero();
			assertThat(statistics().subscriptions()).isZero();
			assertThat(statistics().pendingBytes()).isZero();
			assertThat(usedMemory()).isZero();
		});
	}

	@Override
	public void close() {
		this.broker.close();
		await().untilAsserted(() -> assertThat(usedMemory()).as("bytes of unreleased buffers").isZero());
	}

}
