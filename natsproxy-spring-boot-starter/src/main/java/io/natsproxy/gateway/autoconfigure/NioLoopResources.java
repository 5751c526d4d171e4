package io.natsproxy.gateway.autoconfigure;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.natsproxy.core.liveness.Heartbeat;
import io.natsproxy.core.liveness.Watched;
import io.natsproxy.core.transport.netty.EnduringEventLoopGroup;
import io.natsproxy.core.transport.netty.EnduringServerSocketChannel;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * Event loops on the selector of the JDK, also where there is a native transport. Reactor
 * Netty stops to read with every request, and goes on after it: these are two system
 * calls on epoll, and none here, where only what has changed by the next select counts.
 * They go on, and servers accept connections, whatever is thrown.
 */
final class NioLoopResources implements LoopResources, Watched {

	private final EventLoopGroup servers;

	private final EventLoopGroup clients;

	private final Set<EnduringServerSocketChannel> listening = ConcurrentHashMap.newKeySet();

	private volatile boolean disposed;

	/**
	 * Creates the resources.
	 * @param prefix begins the names of the threads
	 * @param count the number of event loops
	 */
	NioLoopResources(String prefix, int count) {
		this.servers = new EnduringEventLoopGroup(count, prefix + "-nio", NioIoHandler.newFactory());
		this.clients = LoopResources.colocate(this.servers);
	}

	@Override
	public EventLoopGroup onServer(boolean useNative) {
		return this.servers;
	}

	@Override
	public EventLoopGroup onServerSelect(boolean useNative) {
		return this.servers;
	}

	@Override
	public EventLoopGroup onClient(boolean useNative) {
		return this.clients;
	}

	@Override
	public <C extends Channel> C onChannel(Class<C> channelType, EventLoopGroup group) {
		if (!channelType.equals(ServerSocketChannel.class)) {
			return LoopResources.super.onChannel(channelType, group);
		}
		EnduringServerSocketChannel channel = new EnduringServerSocketChannel();
		this.listening.add(channel);
		channel.closeFuture().addListener((future) -> this.listening.remove(channel));
		return channelType.cast(channel);
	}

	@Override
	public void watchedBy(Heartbeat heartbeat) {
		this.servers.forEach((loop) -> heartbeat.watch("natsproxy-nio", loop));
		heartbeat.watch("natsproxy-server-socket", () -> {
			this.listening.forEach(EnduringServerSocketChannel::resume);
			return true;
		});
	}

	@Override
	public boolean daemon() {
		return true;
	}

	@Override
	public boolean isDisposed() {
		return this.disposed;
	}

	@Override
	public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
		return Mono.create((sink) -> {
			this.disposed = true;
			this.clients.shutdownGracefully(quietPeriod.toMillis(), timeout.toMillis(), TimeUnit.MILLISECONDS)
				.addListener((future) -> sink.success());
		});
	}

}
