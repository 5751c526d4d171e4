/**
 * The service behind Spring Cloud Gateway: the same handlers over HTTP.
 */
@NullMarked
package io.natsproxy.benchmarks.webflux;

import org.jspecify.annotations.NullMarked;
