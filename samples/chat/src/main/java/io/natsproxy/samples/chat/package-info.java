/**
 * A chat with rooms: WebSockets over NATS, through any number of gateways and instances.
 */
@NullMarked
package io.natsproxy.samples.chat;

import org.jspecify.annotations.NullMarked;
