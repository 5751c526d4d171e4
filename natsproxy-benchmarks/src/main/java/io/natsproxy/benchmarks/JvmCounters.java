package io.natsproxy.benchmarks;

import java.util.Map;

/**
 * The counters of a JVM at some time.
 *
 * @param allocated how many bytes each thread has allocated since its start, by the
 * thread's id
 * @param collections how many garbage collections there have been
 */
record JvmCounters(Map<Long, Long> allocated, long collections) {

	/**
	 * Returns what has been allocated since. What threads did that have ended in between
	 * is not known.
	 * @param earlier the counters of the same JVM, earlier
	 * @return a number of bytes
	 */
	long allocatedSince(JvmCounters earlier) {
		return this.allocated.entrySet()
			.stream()
			.mapToLong((thread) -> thread.getValue() - earlier.allocated.getOrDefault(thread.getKey(), 0L))
			.sum();
	}

	long collectionsSince(JvmCounters earlier) {
		return this.collections - earlier.collections;
	}

}
