/**
 * Metrics and traces of gateway and services.
 */
@NullMarked
package io.natsproxy.it.observation;

import org.jspecify.annotations.NullMarked;
