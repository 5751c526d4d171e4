package io.natsproxy.agent;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Supplier;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * The HTTP client of one upstream. It connects to the upstream's address and nowhere
 * else, follows no redirects, keeps no cookies, undoes no compression and repeats no
 * request.
 */
final class UpstreamClient {

	private static final int MAX_START_LINE = 8192;

	private static final int READ = 16 * 1024;

	private static final int MAX_READ = 64 * 1024;

	private static final Duration EVICTION = Duration.ofSeconds(5);

	private final Upstream upstream;

	private final ConnectionProvider pool;

	private final HttpClient requests;

	private final HttpClient repeated;

	private final HttpClient sockets;

	/**
	 * Creates the client, which does not connect yet.
	 * @param metrics whether it is measured
	 */
	UpstreamClient(Upstream upstream, boolean metrics) {
		this.upstream = upstream;
		UpstreamConnections settings = upstream.connections();
		this.pool = ConnectionProvider.builder("natsproxy-agent-" + upstream.name())
			.maxConnections(settings.poolSize())
			.pendingAcquireMaxCount(2 * settings.poolSize())
			.pendingAcquireTimeout(settings.connectTimeout())
			.maxIdleTime(settings.maxIdleTime())
			.evictInBackground(EVICTION)
			.lifo()
			.metrics(metrics)
			.build();
		this.requests = guarded(configure(HttpClient.create(this.pool), metrics));
		this.repeated = guarded(configure(HttpClient.newConnection(), metrics));
		this.sockets = configure(HttpClient.newConnection(), metrics);
	}

	private static HttpClient guarded(HttpClient client) {
		return client.doOnChannelInit(
				(observer, channel, address) -> ConnectionGuard.add(channel, NettyPipeline.ReactiveBridge));
	}

	private HttpClient configure(HttpClient client, boolean metrics) {
		UpstreamConnections settings = this.upstream.connections();
		Supplier<SocketAddress> address = () -> InetSocketAddress.createUnresolved(this.upstream.host(),
				this.upstream.port());
		HttpClient configured = client.remoteAddress(address)
			.protocol(HttpProtocol.HTTP11)
			.followRedirect(false)
			.disableRetry(true)
			.compress(false)
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS,
					(int) Math.min(Integer.MAX_VALUE, settings.connectTimeout().toMillis()))
			.option(ChannelOption.RECVBUF_ALLOCATOR, oneRead())
			.httpResponseDecoder(
					(spec) -> spec.maxInitialLineLength(MAX_START_LINE).maxHeaderSize(settings.maxHeadSize()))
			.metrics(metrics, (uri) -> this.upstream.name());
		SslContext ssl = settings.ssl();
		if (!this.upstream.isSecure()) {
			return configured;
		}
		return (ssl != null) ? configured.secure((spec) -> spec.sslContext(ssl)) : configured.secure();
	}

	/**
	 * What has been read and not asked for is in memory: so one buffer is read at a time,
	 * where Netty would go on for sixteen.
	 */
	private static RecvByteBufAllocator oneRead() {
		return new AdaptiveRecvByteBufAllocator(1024, READ, MAX_READ).maxMessagesPerRead(1);
	}

	Upstream upstream() {
		return this.upstream;
	}

	/**
	 * Returns the client for requests, whose connections are kept.
	 */
	HttpClient requests() {
		return this.requests;
	}

	/**
	 * Returns the client for requests that go once more, and for health checks, each over
	 * a new connection: of those that are kept, others may have been closed as well, and
	 * all may be taken.
	 */
	HttpClient repeated() {
		return this.repeated;
	}

	/**
	 * Returns the client for WebSockets, each of which has a connection of its own.
	 */
	HttpClient sockets() {
		return this.sockets;
	}

	/**
	 * Closes the connections that are kept.
	 */
	void close() {
		this.pool.dispose();
	}

}
