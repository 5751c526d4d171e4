/**
 * Auto-configuration of services, which answer requests over NATS, and of callers, which
 * send them.
 */
@NullMarked
package io.natsproxy.client.autoconfigure;

import org.jspecify.annotations.NullMarked;
