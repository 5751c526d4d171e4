/**
 * WebSockets over NATS: the two ends of each, heartbeats for all of them together,
 * groups, commands from anywhere, and events.
 */
@NullMarked
package io.natsproxy.core.websocket;

import org.jspecify.annotations.NullMarked;
