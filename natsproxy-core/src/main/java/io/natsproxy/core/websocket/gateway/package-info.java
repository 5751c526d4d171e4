/**
 * WebSockets of a gateway: those of its clients, over NATS, and the groups that services
 * put them into.
 */
@NullMarked
package io.natsproxy.core.websocket.gateway;

import org.jspecify.annotations.NullMarked;
