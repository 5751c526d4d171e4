/**
 * Health of the NATS connection.
 */
@NullMarked
package io.natsproxy.boot.health;

import org.jspecify.annotations.NullMarked;
