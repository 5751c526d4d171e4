package io.natsproxy.gateway.socket;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.natsproxy.core.exchange.NatsReply;
import io.natsproxy.core.wire.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Counts the WebSockets of a gateway, and those of each client address.
 */
final class SocketLimits {

	private final int max;

	private final int maxPerAddress;

	private final AtomicInteger total = new AtomicInteger();

	private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();

	SocketLimits(int max, int maxPerAddress) {
		this.max = max;
		this.maxPerAddress = maxPerAddress;
	}

	/**
	 * Counts one more.
	 * @return {@code null}, or the answer to a client that has to go away; it is not
	 * counted then
	 */
	@Nullable NatsReply acquire(String address) {
		if (this.total.incrementAndGet() > this.max) {
			this.total.decrementAndGet();
			return NatsReply.problem(503, Problem.RETRY_HEADERS, "The gateway has " + this.max + " WebSockets already");
		}
		int own = this.byAddress.merge(address, 1, Integer::sum);
		if (this.maxPerAddress > 0 && own > this.maxPerAddress) {
			release(address);
			return NatsReply.problem(429, Problem.RETRY_HEADERS,
					"The address has " + this.maxPerAddress + " WebSockets already");
		}
		return null;
	}

	void release(String address) {
		this.total.decrementAndGet();
		this.byAddress.computeIfPresent(address, (key, count) -> (count > 1) ? count - 1 : null);
	}

	/**
	 * Returns how many there are.
	 */
	int total() {
		return this.total.get();
	}

}
