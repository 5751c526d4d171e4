package io.natsproxy.gateway.openapi;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Tells which document is fetched next: that of the service that has waited longest, so
 * that those that fail keep no others from it. What has failed is tried again after a
 * time, which doubles with each failure. Not safe for use by several threads.
 */
final class FetchQueue {

	private static final Duration AGAIN = Duration.ofSeconds(30);

	private static final int MAX_DOUBLED = 5;

	private final int slots;

	private final LongSupplier nanoTime;

	private final Map<String, Waiting> waiting = new HashMap<>();

	private final Set<String> fetching = new HashSet<>();

	private long turns;

	/**
	 * Creates a queue.
	 * @param slots how many are fetched at once
	 * @param nanoTime tells the time
	 */
	FetchQueue(int slots, LongSupplier nanoTime) {
		this.slots = slots;
		this.nanoTime = nanoTime;
	}

	/**
	 * Sets what is wanted; all else is forgotten.
	 * @param hashes the hashes of the documents, by the names of their services
	 */
	void want(Map<String, String> hashes) {
		this.waiting.keySet().retainAll(hashes.keySet());
		hashes.forEach((service, hash) -> {
			Waiting known = this.waiting.get(service);
			if (known == null) {
				this.waiting.put(service, new Waiting(hash, this.turns++, 0, this.nanoTime.getAsLong()));
			}
			else if (!known.hash().equals(hash)) {
				// Another may be fine, but is no way round the time to wait.
				long due = Math.min(known.due() - this.nanoTime.getAsLong(), AGAIN.toNanos());
				this.waiting.put(service,
						new Waiting(hash, known.turn(), known.failures(), this.nanoTime.getAsLong() + due));
			}
		});
	}

	/**
	 * Takes the next.
	 * @return the name of the service, or {@code null} if there is none now
	 */
	@Nullable String next() {
		if (this.fetching.size() >= this.slots) {
			return null;
		}
		String next = null;
		long turn = Long.MAX_VALUE;
		for (Map.Entry<String, Waiting> each : this.waiting.entrySet()) {
			Waiting candidate = each.getValue();
			if (candidate.turn() < turn && candidate.due() - this.nanoTime.getAsLong() <= 0
					&& !this.fetching.contains(each.getKey())) {
				next = each.getKey();
				turn = candidate.turn();
			}
		}
		if (next != null) {
			this.fetching.add(next);
		}
		return next;
	}

	/**
	 * Ends a fetch.
	 * @param hash the hash that was fetched
	 * @param failed whether it is to be tried again
	 */
	void end(String service, String hash, boolean failed) {
		this.fetching.remove(service);
		Waiting known = this.waiting.get(service);
		if (known != null && !failed && known.hash().equals(hash)) {
			this.waiting.remove(service);
		}
		else if (known != null && failed) {
			long wait = AGAIN.toNanos() << Math.min(known.failures(), MAX_DOUBLED);
			this.waiting.put(service,
					new Waiting(known.hash(), this.turns++, known.failures() + 1, this.nanoTime.getAsLong() + wait));
		}
	}

	/**
	 * Returns the time until one of those that have failed is tried again.
	 * @return the time, or {@code null} if none waits for that
	 */
	@Nullable Duration untilDue() {
		long now = this.nanoTime.getAsLong();
		long least = Long.MAX_VALUE;
		for (Waiting each : this.waiting.values()) {
			long left = each.due() - now;
			least = (left > 0) ? Math.min(least, left) : least;
		}
		return (least < Long.MAX_VALUE) ? Duration.ofNanos(least) : null;
	}

	/**
	 * A document that is wanted.
	 *
	 * @param hash its hash
	 * @param turn grows with the time at which it began to wait
	 * @param failures how often it has failed
	 * @param due when it may be fetched
	 */
	private record Waiting(String hash, long turn, int failures, long due) {

	}

}
