/**
 * The service behind natsproxy: no HTTP port, defaults throughout.
 */
@NullMarked
package io.natsproxy.benchmarks.nats;

import org.jspecify.annotations.NullMarked;
