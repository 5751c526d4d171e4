/**
 * The end of the connections of HTTP clients when the application stops: each is told
 * with its last response, and none is reset.
 */
@NullMarked
package io.natsproxy.gateway.shutdown;

import org.jspecify.annotations.NullMarked;
