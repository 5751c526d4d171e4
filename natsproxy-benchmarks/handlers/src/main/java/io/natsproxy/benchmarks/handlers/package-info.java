/**
 * What the services of the benchmark do, without the annotations that route to it.
 */
@NullMarked
package io.natsproxy.benchmarks.handlers;

import org.jspecify.annotations.NullMarked;
