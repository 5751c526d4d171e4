/**
 * Benchmarks of the code in {@code natsproxy-core} that every exchange runs through.
 */
@NullMarked
package io.natsproxy.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
