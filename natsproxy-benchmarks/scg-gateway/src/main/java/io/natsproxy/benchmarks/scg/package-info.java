/**
 * Spring Cloud Gateway with one route and no further settings.
 */
@NullMarked
package io.natsproxy.benchmarks.scg;

import org.jspecify.annotations.NullMarked;
