package io.natsproxy.core.connection;

import java.util.List;

import io.nats.client.Options;
import io.nats.client.ServerPool;
import io.nats.client.support.NatsUri;
import org.jspecify.annotations.Nullable;

/**
 * A server pool with which jnats hands out its connection object at once. jnats has no
 * way to create one without connecting: the caller gets it from the first event, which
 * for an address that does not answer comes only after the connection time-out. So the
 * one address of the first round is {@link #NOWHERE}, which fails without touching the
 * network and so raises the first event within microseconds; the real servers are tried
 * in the rounds that follow, by the reconnect logic and for ever.
 */
final class BackgroundServerPool implements ServerPool {

	private static final NatsUri NOWHERE = new Nowhere();

	private final ServerPool servers;

	private boolean firstRound = true;

	BackgroundServerPool(ServerPool servers) {
		this.servers = servers;
	}

	@Override
	public void initialize(Options options) {
		this.servers.initialize(options);
	}

	@Override
	public boolean acceptDiscoveredUrls(List<String> discovered) {
		return this.servers.acceptDiscoveredUrls(discovered);
	}

	/**
	 * Called by the first round only; meeting the same server again ends that round.
	 */
	@Override
	public @Nullable NatsUri peekNextServer() {
		return NOWHERE;
	}

	/**
	 * Called by one thread at a time, as jnats guards its connection attempts.
	 */
	@Override
	public @Nullable NatsUri nextServer() {
		if (this.firstRound) {
			this.firstRound = false;
			return NOWHERE;
		}
		return this.servers.nextServer();
	}

	@Override
	@Deprecated
	@SuppressWarnings("deprecation")
	public @Nullable List<String> resolveHostToIps(String host) {
		return this.servers.resolveHostToIps(host);
	}

	@Override
	public @Nullable List<String> resolveHostToIps(String host, boolean maxOneResult, boolean includeIPV6) {
		return this.servers.resolveHostToIps(host, maxOneResult, includeIPV6);
	}

	@Override
	public void connectSucceeded(NatsUri server) {
		this.servers.connectSucceeded(server);
	}

	@Override
	public void connectFailed(NatsUri server) {
		if (server != NOWHERE) {
			this.servers.connectFailed(server);
		}
	}

	@Override
	public List<String> getServerList() {
		return this.servers.getServerList();
	}

	@Override
	public boolean hasSecureServer() {
		return this.servers.hasSecureServer();
	}

	/**
	 * Thrown in place of the first connection attempt; never worth reporting.
	 */
	static final class NotYetException extends IllegalStateException {

		private static final long serialVersionUID = 1L;

		NotYetException() {
			super("The first attempt only creates the connection object");
		}

		@Override
		public synchronized Throwable fillInStackTrace() {
			return this;
		}

	}

	private static final class Nowhere extends NatsUri {

		@Override
		public boolean hostIsIpAddress() {
			return true;
		}

		@Override
		public String getHost() {
			throw new NotYetException();
		}

	}

}
