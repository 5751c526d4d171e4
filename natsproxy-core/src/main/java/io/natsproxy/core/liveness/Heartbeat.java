package io.natsproxy.core.liveness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch on threads, which tells whether they still do their work: with each beat they
 * get a task that does nothing, and are lost when none of these has run for long. Time
 * counts in beats, so that a JVM which stood still (garbage collection, a suspended
 * machine) has lost nobody. Nothing that is thrown ends it. Safe for use by many threads.
 */
public final class Heartbeat implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Heartbeat.class);

	/**
	 * The name under which the heartbeat itself is lost.
	 */
	private static final String OWN_NAME = "natsproxy-heartbeat";

	private final RepeatingTasks beats = new RepeatingTasks(OWN_NAME, Runnable::run);

	private final List<Pulse> pulses = new CopyOnWriteArrayList<>();

	private final Duration interval;

	private final int beatsUntilLost;

	private volatile long beat;

	/**
	 * The last beat that {@link #lost()} has seen, and when it saw that first.
	 */
	private long seen = -1;

	private long seenSince;

	/**
	 * Creates a heartbeat, which does not beat before {@link #start()}.
	 * @param interval the time between two beats, one millisecond at least
	 * @param lostAfter for how long a thread may do nothing of what it is given; three
	 * intervals at least
	 */
	public Heartbeat(Duration interval, Duration lostAfter) {
		if (interval.toMillis() < 1 || lostAfter.compareTo(interval.multipliedBy(3)) < 0) {
			throw new IllegalArgumentException(
					"The interval must be one millisecond at least, and a thread is lost after three of them at least");
		}
		this.interval = interval;
		this.beatsUntilLost = (int) Math.min(Integer.MAX_VALUE, lostAfter.toNanos() / interval.toNanos());
	}

	/**
	 * Watches what runs tasks. Does nothing where that is being watched already.
	 * @param name how it is called
	 * @param executor runs tasks at its turn, and does not block
	 */
	public void watch(String name, Executor executor) {
		if (this.pulses.stream().noneMatch((pulse) -> pulse.executor == executor)) {
			this.pulses.add(new Pulse(name, executor));
		}
	}

	/**
	 * Watches a state that nothing but a restart mends.
	 * @param name how it is called
	 * @param sound tells whether all is well, perhaps after it has mended it, and does
	 * not block
	 */
	public void watch(String name, BooleanSupplier sound) {
		watch(name, (task) -> {
			if (sound.getAsBoolean()) {
				task.run();
			}
		});
	}

	/**
	 * Begins to beat, on a daemon thread.
	 */
	public void start() {
		this.beats.repeat(this::beat, this.interval);
	}

	private void beat() {
		this.beat++;
		for (int i = 0; i < this.pulses.size(); i++) {
			this.pulses.get(i).beat(this.beatsUntilLost);
		}
	}

	/**
	 * Returns what is lost.
	 * @return the names; none while all is well
	 */
	public List<String> lost() {
		List<String> lost = new ArrayList<>();
		if (isLost()) {
			lost.add(OWN_NAME);
		}
		for (Pulse pulse : this.pulses) {
			if (pulse.missed >= this.beatsUntilLost) {
				lost.add(pulse.name);
			}
		}
		return lost;
	}

	/**
	 * Returns whether there has been no beat since this was asked a while ago, although
	 * there is a thread for it.
	 */
	private synchronized boolean isLost() {
		this.beats.ensureRunning();
		long now = System.nanoTime();
		if (this.seen != this.beat) {
			this.seen = this.beat;
			this.seenSince = now;
		}
		return now - this.seenSince > this.interval.toNanos() * this.beatsUntilLost;
	}

	/**
	 * Returns what is watched.
	 * @return the names
	 */
	public List<String> watched() {
		return this.pulses.stream().map((pulse) -> pulse.name).toList();
	}

	/**
	 * Stops beating.
	 */
	@Override
	public void close() {
		this.beats.close();
	}

	/**
	 * One of those that are watched, and the task that it gets.
	 */
	private static final class Pulse implements Runnable {

		private final String name;

		private final Executor executor;

		private volatile boolean answered = true;

		private volatile int missed;

		Pulse(String name, Executor executor) {
			this.name = name;
			this.executor = executor;
		}

		void beat(int beatsUntilLost) {
			boolean wasLost = this.missed >= beatsUntilLost;
			this.missed = this.answered ? 0 : Math.min(this.missed + 1, beatsUntilLost);
			this.answered = false;
			try {
				// Given again also while the one before it waits: a pool may have lost
				// the thread that took it.
				this.executor.execute(this);
			}
			catch (Throwable ex) {
				// It has not answered.
			}
			tellIfChanged(wasLost, this.missed >= beatsUntilLost);
		}

		private void tellIfChanged(boolean wasLost, boolean lost) {
			if (lost && !wasLost) {
				logger.error("{} does nothing of what it is given: this application should be restarted", this.name);
			}
			else if (wasLost && !lost) {
				logger.warn("{} is at work again", this.name);
			}
		}

		@Override
		public void run() {
			this.answered = true;
		}

	}

}
