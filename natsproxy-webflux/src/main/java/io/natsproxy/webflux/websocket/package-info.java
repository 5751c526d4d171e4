/**
 * WebSockets of services, as Spring WebFlux knows them.
 */
@NullMarked
package io.natsproxy.webflux.websocket;

import org.jspecify.annotations.NullMarked;
