package io.natsproxy.gateway.websocket;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.wire.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Counts the WebSockets of a gateway, and those of each client address.
 */
final class WebSocketLimits {

	private final int max;

	private final int maxPerAddress;

	private final AtomicInteger total = new AtomicInteger();

	private final Map<Object, Integer> byClient = new ConcurrentHashMap<>();

	WebSocketLimits(int max, int maxPerAddress) {
		this.max = max;
		this.maxPerAddress = maxPerAddress;
	}

	/**
	 * Counts one more.
	 * @return {@code null}, or the answer to a client that has to go away; it is not
	 * counted then
	 */
	@Nullable NatsReply acquire(@Nullable Object client) {
		if (this.total.incrementAndGet() > this.max) {
			this.total.decrementAndGet();
			return NatsReply.problem(503, Problem.RETRY_HEADERS, "The gateway has " + this.max + " WebSockets already");
		}
		if (client != null && this.byClient.merge(client, 1, Integer::sum) > this.maxPerAddress
				&& this.maxPerAddress > 0) {
			release(client);
			return NatsReply.problem(429, Problem.RETRY_HEADERS,
					"The address has " + this.maxPerAddress + " WebSockets already");
		}
		return null;
	}

	void release(@Nullable Object client) {
		this.total.decrementAndGet();
		if (client != null) {
			this.byClient.computeIfPresent(client, (key, count) -> (count > 1) ? count - 1 : null);
		}
	}

	/**
	 * Returns how many there are.
	 */
	int total() {
		return this.total.get();
	}

}
