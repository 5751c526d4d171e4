/**
 * WebSockets of services, as Spring WebFlux knows them.
 */
@NullMarked
package io.natsproxy.webflux.socket;

import org.jspecify.annotations.NullMarked;
