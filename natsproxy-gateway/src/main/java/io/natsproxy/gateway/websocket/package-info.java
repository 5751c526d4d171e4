/**
 * WebSockets of HTTP clients: the checks before a service is asked, and what goes to and
 * fro once it has accepted.
 */
@NullMarked
package io.natsproxy.gateway.websocket;

import org.jspecify.annotations.NullMarked;
