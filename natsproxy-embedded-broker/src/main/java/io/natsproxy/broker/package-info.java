/**
 * A NATS server inside the JVM, for development and tests: core NATS over TCP, nothing
 * else. {@link io.natsproxy.broker.EmbeddedNatsBroker} is the way in. It is not meant for
 * production, where a real {@code nats-server} belongs.
 */
@NullMarked
package io.natsproxy.broker;

import org.jspecify.annotations.NullMarked;
