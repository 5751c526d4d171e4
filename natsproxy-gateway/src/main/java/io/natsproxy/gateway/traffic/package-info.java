/**
 * The requests of a gateway as they end, and their latencies, while somebody looks.
 */
@NullMarked
package io.natsproxy.gateway.traffic;

import org.jspecify.annotations.NullMarked;
