/**
 * The transport of messages to a NATS server and back, as the rest of core sees it, and
 * what a server does not permit to it.
 */
@NullMarked
package io.natsproxy.core.transport;

import org.jspecify.annotations.NullMarked;
