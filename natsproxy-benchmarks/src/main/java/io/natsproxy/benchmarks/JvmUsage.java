package io.natsproxy.benchmarks;

/**
 * The memory that a JVM takes from its heap, and gives back.
 *
 * @param bytesPerOperation how many bytes are allocated for an operation
 * @param collectionsPerSecond how many garbage collections there are
 */
record JvmUsage(double bytesPerOperation, double collectionsPerSecond) {

}
