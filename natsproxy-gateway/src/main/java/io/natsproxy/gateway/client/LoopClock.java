package io.natsproxy.gateway.client;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.netty.util.concurrent.EventExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clock of one event loop, which looks through its members in regular intervals: one
 * timer for all connections, and no system call for each message. It runs only while
 * there are members. Time in which the loop itself was held up hardly counts: what a
 * client has sent meanwhile could not be read.
 */
final class LoopClock {

	private static final Logger logger = LoggerFactory.getLogger(LoopClock.class);

	private static final Member[] NONE = {};

	private final EventExecutor loop;

	private final long interval;

	private final Set<Member> members = new HashSet<>();

	private boolean running;

	private long lastTick;

	/**
	 * Creates a clock.
	 * @param loop where it runs, and where all methods are called
	 * @param interval between two looks, in nanoseconds
	 */
	LoopClock(EventExecutor loop, long interval) {
		this.loop = loop;
		this.interval = interval;
	}

	void add(Member member) {
		this.members.add(member);
		if (!this.running) {
			this.running = true;
			this.lastTick = System.nanoTime();
			schedule();
		}
	}

	void remove(Member member) {
		this.members.remove(member);
	}

	private void schedule() {
		this.loop.schedule(this::look, this.interval, TimeUnit.NANOSECONDS);
	}

	private void look() {
		long now = System.nanoTime();
		long elapsed = Math.min(now - this.lastTick, 2 * this.interval);
		this.lastTick = now;
		try {
			// Members come and go meanwhile.
			for (Member member : this.members.toArray(NONE)) {
				tick(member, elapsed);
			}
		}
		finally {
			if (this.members.isEmpty()) {
				this.running = false;
			}
			else {
				schedule();
			}
		}
	}

	private static void tick(Member member, long elapsed) {
		try {
			member.tick(elapsed);
		}
		catch (Throwable ex) {
			// Errors, too: the others are looked at all the same.
			logger.error("The time-outs of a connection could not be looked at", ex);
		}
	}

	/**
	 * A member of the clock, which is looked at on the event loop.
	 */
	interface Member {

		/**
		 * Does what is due.
		 * @param elapsed how much time has passed since the last look, in nanoseconds
		 */
		void tick(long elapsed);

	}

}
