package io.natsproxy.broker;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * Pings a client that has been silent for an interval, and gives it up when too many
 * pings stay without an answer. Used on the client's event loop only.
 */
final class KeepAlive {

	/**
	 * The time before the first ping: two seconds whatever the interval, as in
	 * nats-server.
	 */
	private static final Duration FIRST_PING = Duration.ofSeconds(2);

	private final EventLoop eventLoop;

	private final long intervalNanos;

	private final int maxPingsOut;

	private final Runnable ping;

	private final Runnable stale;

	private int pingsOut;

	private boolean first = true;

	private long lastRead = System.nanoTime();

	private @Nullable ScheduledFuture<?> next;

	KeepAlive(EventLoop eventLoop, BrokerOptions options, Runnable ping, Runnable stale) {
		this.eventLoop = eventLoop;
		this.intervalNanos = options.pingInterval().toNanos();
		this.maxPingsOut = options.maxPingsOut();
		this.ping = ping;
		this.stale = stale;
	}

	void start() {
		schedule(Math.min(FIRST_PING.toNanos(), this.intervalNanos));
	}

	void stop() {
		if (this.next != null) {
			this.next.cancel(false);
			this.next = null;
		}
	}

	/**
	 * The client has sent something.
	 */
	void read() {
		this.lastRead = System.nanoTime();
	}

	void pong() {
		this.pingsOut = 0;
	}

	private void schedule(long delayNanos) {
		this.next = this.eventLoop.schedule(this::check, delayNanos, TimeUnit.NANOSECONDS);
	}

	private void check() {
		boolean silent = System.nanoTime() - this.lastRead >= this.intervalNanos;
		if (this.first || silent) {
			if (this.pingsOut >= this.maxPingsOut) {
				this.stale.run();
				return;
			}
			this.first = false;
			this.pingsOut++;
			this.ping.run();
		}
		schedule(this.intervalNanos);
	}

}
