/**
 * Metrics of Micrometer.
 */
@NullMarked
package io.natsproxy.boot.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
