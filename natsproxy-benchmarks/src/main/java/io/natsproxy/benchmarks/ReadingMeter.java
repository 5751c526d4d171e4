package io.natsproxy.benchmarks;

import java.util.Map;

import io.natsproxy.benchmarks.load.Meter;

/**
 * Keeps what it has read at both ends.
 *
 * @param <K> the type of what is read from
 * @param <V> the type of what is read
 */
abstract class ReadingMeter<K, V> implements Meter {

	private Map<K, V> begin = Map.of();

	private Map<K, V> end = Map.of();

	@Override
	public final void begin() {
		this.begin = read();
	}

	@Override
	public final void end() {
		this.end = read();
	}

	/**
	 * Returns the present state of whatever can be read.
	 */
	abstract Map<K, V> read();

	/**
	 * Returns what was read when counting began.
	 */
	final Map<K, V> earlier() {
		return this.begin;
	}

	/**
	 * Returns what was read when counting had ended.
	 */
	final Map<K, V> later() {
		return this.end;
	}

}
