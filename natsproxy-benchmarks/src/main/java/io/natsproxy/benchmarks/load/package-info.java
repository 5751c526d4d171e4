/**
 * The load generator: pre-encoded requests on one Netty event loop, so that it takes
 * little of the processors that it shares with what it measures. Everything that holds
 * state belongs to the event loop.
 */
@NullMarked
package io.natsproxy.benchmarks.load;

import org.jspecify.annotations.NullMarked;
