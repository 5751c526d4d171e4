/**
 * Starts chains of gateway and service as processes, runs workloads on them in turn, and
 * prints what they took.
 */
@NullMarked
package io.natsproxy.benchmarks;

import org.jspecify.annotations.NullMarked;
