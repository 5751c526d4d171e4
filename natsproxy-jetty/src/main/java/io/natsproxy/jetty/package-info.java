/**
 * A connector of Jetty whose requests come over NATS: each exchange is a stream of
 * Jetty's own core, so that handlers, servlets among them, know no difference.
 */
@NullMarked
package io.natsproxy.jetty;

import org.jspecify.annotations.NullMarked;
