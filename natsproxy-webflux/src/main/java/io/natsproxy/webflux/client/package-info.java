/**
 * The client side: what a WebClient or a RestClient calls through over NATS.
 */
@NullMarked
package io.natsproxy.webflux.client;

import org.jspecify.annotations.NullMarked;
