package io.natsproxy.gateway.shutdown;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.NettyPipeline;
import reactor.netty.channel.ChannelOperations;
import reactor.netty.http.server.HttpServer;

/**
 * The listener of an HTTP server, and the connections that it has accepted. They are
 * ended in order: a client is told with a response that it is the last one, or by GOAWAY
 * which streams are going to be answered, and nothing is left unread of what it has sent.
 */
public final class OpenConnections {

	private static final String LAST_RESPONSE = "natsproxy.lastResponse";

	private static final AttributeKey<Boolean> TOLD = AttributeKey.valueOf("natsproxy.told");

	private static final long SHORTEST_PAUSE_MILLIS = 5;

	private static final long LONGEST_PAUSE_MILLIS = 200;

	private static final Duration FOREVER = Duration.ofDays(365);

	private static final Logger logger = LoggerFactory.getLogger(OpenConnections.class);

	private final Set<Channel> listeners = ConcurrentHashMap.newKeySet();

	private final Set<Channel> channels = ConcurrentHashMap.newKeySet();

	private volatile boolean ending;

	/**
	 * Watches the connections of a server.
	 * @param server the server
	 * @return the server, whose connections are known here
	 */
	public HttpServer applyTo(HttpServer server) {
		return server.doOnBound((bound) -> add(bound.channel(), this.listeners))
			.doOnChannelInit((observer, channel, remoteAddress) -> opened(channel));
	}

	private static void add(Channel channel, Set<Channel> channels) {
		channels.add(channel);
		channel.closeFuture().addListener((future) -> channels.remove(channel));
	}

	private void opened(Channel channel) {
		add(channel, this.channels);
		if (this.ending) {
			onLoop(channel, this::announce);
		}
	}

	/**
	 * Lets connections stay open after a response.
	 */
	void begin() {
		this.ending = false;
	}

	/**
	 * Accepts no more connections and ends those that are open: when a request is under
	 * way, with its response; when none is, after a while, unless one comes before.
	 * Returns when all have ended, however long their requests take.
	 * @param linger how long an idle connection is left to its client
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	void end(Duration linger) throws InterruptedException {
		this.ending = true;
		this.listeners.forEach((listener) -> listener.close().awaitUninterruptibly());
		if (!this.channels.isEmpty()) {
			logger.info("Connections of {} clients end with their next responses", this.channels.size());
		}
		await(linger, (channel) -> isHttp1(channel) || isNegotiating(channel), this::announce);
		onLoops(OpenConnections::closeIdle);
		await(FOREVER, OpenConnections::isHttp, (channel) -> {
			announce(channel);
			closeIdle(channel);
		});
	}

	/**
	 * Tells a client that its connection is going to end, once it speaks HTTP: that may
	 * be after a TLS handshake.
	 */
	private void announce(Channel channel) {
		ChannelPipeline pipeline = channel.pipeline();
		if (isHttp2(channel)) {
			channel.attr(TOLD).set(true);
			// Sends GOAWAY, and waits for the streams.
			channel.close();
		}
		else if (channel.isActive() && isHttp1(channel) && pipeline.get(LAST_RESPONSE) == null) {
			channel.attr(TOLD).set(true);
			pipeline.addBefore(NettyPipeline.ReactiveBridge, LAST_RESPONSE, new LastResponseHandler());
		}
	}

	private static void closeIdle(Channel channel) {
		if (isHttp1(channel) && ChannelOperations.get(channel) == null) {
			OrderlyClose.of(channel);
		}
	}

	/**
	 * Returns whether a connection is one of HTTP, and has not become a WebSocket.
	 */
	private static boolean isHttp(Channel channel) {
		return isHttp1(channel) || isHttp2(channel);
	}

	private static boolean isHttp1(Channel channel) {
		ChannelPipeline pipeline = channel.pipeline();
		return pipeline.get(NettyPipeline.HttpTrafficHandler) != null
				&& pipeline.get(NettyPipeline.ReactiveBridge) != null && !isHttp2(channel);
	}

	/**
	 * Returns whether the client has not yet come to its first request, because of TLS.
	 */
	private static boolean isNegotiating(Channel channel) {
		SslHandler tls = channel.pipeline().get(SslHandler.class);
		return tls != null && !tls.handshakeFuture().isDone();
	}

	private static boolean isHttp2(Channel channel) {
		return channel.pipeline().get(NettyPipeline.H2MultiplexHandler) != null;
	}

	private void onLoops(Consumer<Channel> action) {
		this.channels.forEach((channel) -> onLoop(channel, action));
	}

	private static void onLoop(Channel channel, Consumer<Channel> action) {
		try {
			channel.eventLoop().execute(() -> action.accept(channel));
		}
		catch (RejectedExecutionException ex) {
			channel.close();
		}
	}

	/**
	 * Waits until no connection is open any more.
	 * @param atMost how long
	 * @param open tells which connections count as open
	 * @param action is done with each that has not been told yet
	 */
	private void await(Duration atMost, Predicate<Channel> open, Consumer<Channel> action) throws InterruptedException {
		long deadline = System.nanoTime() + atMost.toNanos();
		long pause = SHORTEST_PAUSE_MILLIS;
		tellOthers(action);
		while (System.nanoTime() - deadline < 0 && this.channels.stream().anyMatch(open)) {
			Thread.sleep(pause);
			pause = Math.min(LONGEST_PAUSE_MILLIS, 2 * pause);
			tellOthers(action);
		}
	}

	private void tellOthers(Consumer<Channel> action) {
		this.channels.stream()
			.filter((channel) -> channel.attr(TOLD).get() == null)
			.forEach((channel) -> onLoop(channel, action));
	}

}
