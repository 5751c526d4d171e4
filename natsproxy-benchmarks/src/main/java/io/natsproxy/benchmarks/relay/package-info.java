/**
 * A relay that delays bytes, in a process of its own: a network with a round trip, on one
 * machine, without the privileges that the kernel's takes.
 */
@NullMarked
package io.natsproxy.benchmarks.relay;

import org.jspecify.annotations.NullMarked;
