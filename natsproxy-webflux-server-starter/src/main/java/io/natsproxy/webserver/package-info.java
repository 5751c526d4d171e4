/**
 * The web server of a WebFlux application, whose requests come over NATS.
 */
@NullMarked
package io.natsproxy.webserver;

import org.jspecify.annotations.NullMarked;
