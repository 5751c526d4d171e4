/**
 * Testcontainers support for a NATS server.
 */
@NullMarked
package io.natsproxy.boot.testcontainers;

import org.jspecify.annotations.NullMarked;
