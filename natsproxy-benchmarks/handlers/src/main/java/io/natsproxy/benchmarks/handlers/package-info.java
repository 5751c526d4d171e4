/**
 * The handlers of the services of the benchmark, without the annotations that route to
 * them.
 */
@NullMarked
package io.natsproxy.benchmarks.handlers;

import org.jspecify.annotations.NullMarked;
