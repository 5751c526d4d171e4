/**
 * Benchmarks of the code that every exchange runs through, by itself.
 */
@NullMarked
package io.natsproxy.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
