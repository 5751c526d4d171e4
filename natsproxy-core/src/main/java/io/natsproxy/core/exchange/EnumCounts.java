package io.natsproxy.core.exchange;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A count for each constant of an enum. Safe for use by many threads.
 *
 * @param <E> the enum
 */
final class EnumCounts<E extends Enum<E>> {

	private final AtomicLongArray counts;

	EnumCounts(Class<E> type) {
		this.counts = new AtomicLongArray(type.getEnumConstants().length);
	}

	void count(E constant) {
		this.counts.incrementAndGet(constant.ordinal());
	}

	long get(E constant) {
		return this.counts.get(constant.ordinal());
	}

}
