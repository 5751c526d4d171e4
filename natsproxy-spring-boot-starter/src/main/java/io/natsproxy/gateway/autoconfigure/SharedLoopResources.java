package io.natsproxy.gateway.autoconfigure;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.natsproxy.core.liveness.Heartbeat;
import io.natsproxy.core.liveness.Watched;
import io.natsproxy.core.transport.netty.EventLoops;
import io.natsproxy.core.transport.netty.ListeningSockets;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ServerSocketChannel;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * Event loops of the HTTP server, which go on, as servers accept connections, whatever is
 * thrown.
 */
final class SharedLoopResources implements LoopResources, Watched {

	private final EventLoops loops;

	private final EventLoopGroup servers;

	private final EventLoopGroup clients;

	private final ListeningSockets listening = new ListeningSockets();

	private volatile boolean disposed;

	/**
	 * Creates the resources.
	 * @param loops the event loops
	 */
	SharedLoopResources(EventLoops loops) {
		this.loops = loops;
		this.servers = loops.group();
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
		ServerSocketChannel channel = this.loops.newServerSocket();
		this.listening.add(channel);
		return channelType.cast(channel);
	}

	@Override
	public void watchedBy(Heartbeat heartbeat) {
		this.servers.forEach((loop) -> heartbeat.watch("natsproxy-" + this.loops.transport(), loop));
		heartbeat.watch("natsproxy-server-socket", () -> {
			this.listening.resumePaused();
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
