package io.natsproxy.core.connection;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.nats.client.impl.NatsServerPool;
import io.nats.client.impl.ServerPoolEntry;
import io.nats.client.support.NatsUri;
import org.jspecify.annotations.Nullable;

/**
 * The servers of a cluster, in an order in which a loss hurts least. First come those
 * that no other connection of the application is connected to, so that no server takes
 * all of them along; then the others; and last the one that was left just now, and those
 * that have failed just now. jnats alone may go back to the very server that has fallen
 * silent. Where the user wants the order of the options, it is kept.
 */
final class ClusterServerPool extends NatsServerPool {

	private static final Duration JUST_NOW = Duration.ofSeconds(10);

	private final Usage usage;

	private @Nullable NatsUri left;

	/**
	 * Creates a pool.
	 * @param usage tells of the other connections
	 */
	ClusterServerPool(Usage usage) {
		this.usage = usage;
	}

	@Override
	public @Nullable NatsUri peekNextServer() {
		arrange();
		return super.peekNextServer();
	}

	@Override
	public @Nullable NatsUri nextServer() {
		arrange();
		NatsUri next = super.nextServer();
		if (next != null) {
			this.usage.uses(this, next);
		}
		return next;
	}

	@Override
	public void connectSucceeded(NatsUri server) {
		super.connectSucceeded(server);
		this.left = server;
	}

	/**
	 * Puts the best server first, and leaves the others as they are: jnats moves the one
	 * that it takes to the end.
	 */
	private void arrange() {
		if (this.options.isNoRandomize()) {
			return;
		}
		this.listLock.lock();
		try {
			int best = 0;
			for (int i = 1; i < this.entryList.size(); i++) {
				if (rank(this.entryList.get(i)) < rank(this.entryList.get(best))) {
					best = i;
				}
			}
			if (best > 0) {
				this.entryList.add(0, this.entryList.remove(best));
			}
		}
		finally {
			this.listLock.unlock();
		}
	}

	private int rank(ServerPoolEntry entry) {
		NatsUri left = this.left;
		boolean failed = entry.failedAttempts > 0
				&& System.currentTimeMillis() - entry.lastAttempt < JUST_NOW.toMillis();
		if (failed || (left != null && left.equivalent(entry.nuri))) {
			return 2;
		}
		return this.usage.isUsedByOthers(this, entry.nuri) ? 1 : 0;
	}

	/**
	 * The server that each of several connections is connected to, or connecting.
	 */
	static final class Usage {

		private final Map<ClusterServerPool, NatsUri> servers = new ConcurrentHashMap<>();

		private void uses(ClusterServerPool pool, NatsUri server) {
			this.servers.put(pool, server);
		}

		private boolean isUsedByOthers(ClusterServerPool pool, NatsUri server) {
			return this.servers.entrySet()
				.stream()
				.anyMatch((entry) -> entry.getKey() != pool && entry.getValue().equivalent(server));
		}

	}

}
