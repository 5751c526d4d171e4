/**
 * A NATS server inside the JVM, for development and tests.
 */
@NullMarked
package io.natsproxy.broker;

import org.jspecify.annotations.NullMarked;
