package io.natsproxy.gateway.autoconfigure;

import java.time.Duration;

import io.netty.channel.EventLoopGroup;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * Event loops on the selector of the JDK, also where there is a native transport. Reactor
 * Netty stops to read with every request, and goes on after it: these are two system
 * calls on epoll, and none here, where only what has changed by the next select counts.
 */
final class NioLoopResources implements LoopResources {

	private final LoopResources loops;

	/**
	 * Creates the resources.
	 * @param prefix begins the names of the threads
	 * @param count the number of event loops
	 */
	NioLoopResources(String prefix, int count) {
		this.loops = LoopResources.create(prefix, count, true);
	}

	@Override
	public EventLoopGroup onServer(boolean useNative) {
		return this.loops.onServer(false);
	}

	@Override
	public EventLoopGroup onServerSelect(boolean useNative) {
		return this.loops.onServerSelect(false);
	}

	@Override
	public EventLoopGroup onClient(boolean useNative) {
		return this.loops.onClient(false);
	}

	@Override
	public boolean daemon() {
		return this.loops.daemon();
	}

	@Override
	public boolean isDisposed() {
		return this.loops.isDisposed();
	}

	@Override
	public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
		return this.loops.disposeLater(quietPeriod, timeout);
	}

}
