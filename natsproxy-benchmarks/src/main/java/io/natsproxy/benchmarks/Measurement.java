package io.natsproxy.benchmarks;

import java.util.Map;

import io.natsproxy.benchmarks.load.Tally;

/**
 * One round of a workload on a chain.
 *
 * @param tally what the clients counted
 * @param cpu microseconds of processor time that an operation took in each process
 * @param jvm what an operation took in each JVM
 */
record Measurement(Tally tally, Map<Role, Double> cpu, Map<Role, JvmUsage> jvm) {

}
