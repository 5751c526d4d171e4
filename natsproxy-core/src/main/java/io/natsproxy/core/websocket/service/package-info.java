/**
 * WebSockets of a service: those that it accepts, and commands to those of any gateway.
 */
@NullMarked
package io.natsproxy.core.websocket.service;

import org.jspecify.annotations.NullMarked;
