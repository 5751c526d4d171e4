package io.natsproxy.core.transport.netty;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.transport.TransportMessage;
import org.jspecify.annotations.Nullable;

/**
 * A filter that makes one sequence of messages out of two, of which the one begins before
 * the other ends: what comes from the old connection is received at once, and what comes
 * from the new one is held until the old one has brought all that it is going to bring.
 * Of a message that comes on both the first counts. Belongs to the event loop.
 *
 * <p>
 * Messages are compared by a hash of all that they consist of. Two that are alike and
 * were published one after the other count as two. So they do where the first has come on
 * the old connection only, because not all servers knew of the new one, and the second on
 * the new one only, because the old one had ended: copies come on both within a while,
 * and what is older is no copy.
 */
final class DuplicateFilter {

	/**
	 * The time, in nanoseconds, within which the new connection brings the copy of what
	 * has come on the old one.
	 */
	static final long LAG = TimeUnit.MILLISECONDS.toNanos(500);

	private static final int MIX = 31;

	private final long factor = ThreadLocalRandom.current().nextLong() | 1;

	private final LongSupplier clock;

	/**
	 * The messages that have come from the old connection and not yet from the new one,
	 * by their hashes, of those that are alike the latest first.
	 */
	private final Map<Long, Ahead> ahead = new HashMap<>();

	private final Map<Long, Deque<Held>> heldByHash = new HashMap<>();

	private final Set<Held> held = new LinkedHashSet<>();

	/**
	 * Creates a filter.
	 * @param clock tells the time as {@link System#nanoTime()} does
	 */
	DuplicateFilter(LongSupplier clock) {
		this.clock = clock;
	}

	/**
	 * Takes note of a message from the old connection, which is to be received.
	 */
	void fromOld(TransportMessage message) {
		long hash = hash(message);
		Deque<Held> same = this.heldByHash.get(hash);
		if (same != null) {
			this.held.remove(same.remove());
			if (same.isEmpty()) {
				this.heldByHash.remove(hash);
			}
		}
		else {
			this.ahead.put(hash, new Ahead(this.clock.getAsLong(), this.ahead.get(hash)));
		}
	}

	/**
	 * Holds a message from the new connection, unless it has been received already.
	 */
	void fromNew(NettySubscription subscription, TransportMessage message) {
		long hash = hash(message);
		if (!isSecond(hash)) {
			Held held = new Held(subscription, message);
			this.held.add(held);
			this.heldByHash.computeIfAbsent(hash, (key) -> new ArrayDeque<>(1)).add(held);
		}
	}

	/**
	 * Receives what is held, in its order: the old connection has brought all that it is
	 * going to bring.
	 */
	void oldEnded() {
		Collection<Held> left = List.copyOf(this.held);
		this.held.clear();
		this.heldByHash.clear();
		left.forEach(Held::receive);
	}

	/**
	 * Tells a copy among what comes from the new connection after the end of the old one.
	 * @return whether it has been received already
	 */
	boolean isSecond(TransportMessage message) {
		return isSecond(hash(message));
	}

	private boolean isSecond(long hash) {
		Ahead latest = this.ahead.remove(hash);
		if (latest == null || this.clock.getAsLong() - latest.receivedAt() > LAG) {
			return false;
		}
		if (latest.before() != null) {
			this.ahead.put(hash, latest.before());
		}
		return true;
	}

	private long hash(TransportMessage message) {
		long hash = message.subject().hashCode();
		hash = hash * this.factor + hash(message.replySubject());
		NatsHeaders headers = message.headers();
		if (headers != null) {
			for (int i = 0; i < headers.size(); i++) {
				hash = hash * this.factor + MIX * headers.name(i).hashCode() + headers.value(i).hashCode();
			}
		}
		hash = hash * this.factor + message.payload().length;
		for (byte each : message.payload()) {
			hash = hash * this.factor + each;
		}
		return hash ^ hash >>> 32;
	}

	private static int hash(@Nullable String text) {
		return (text != null) ? text.hashCode() : 0;
	}

	/**
	 * A message that has come from the old connection.
	 *
	 * @param receivedAt when, in nanoseconds
	 * @param before the one before it that is like it
	 */
	private record Ahead(long receivedAt, @Nullable Ahead before) {

	}

	/**
	 * A message that is held; each is different from every other.
	 */
	private static final class Held {

		private final NettySubscription subscription;

		private final TransportMessage message;

		Held(NettySubscription subscription, TransportMessage message) {
			this.subscription = subscription;
			this.message = message;
		}

		void receive() {
			this.subscription.receive(this.message);
		}

	}

}
