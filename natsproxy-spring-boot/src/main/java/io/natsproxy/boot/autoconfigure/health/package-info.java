/**
 * Auto-configuration of the health of the NATS connection, and of its part in readiness.
 */
@NullMarked
package io.natsproxy.boot.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
