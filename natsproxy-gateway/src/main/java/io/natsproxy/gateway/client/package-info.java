/**
 * The connections of HTTP clients: what may take how long, what is refused before anybody
 * is asked, and how a connection ends. Handlers of Netty around those of Reactor Netty;
 * each is used by the event loop of its connection only.
 */
@NullMarked
package io.natsproxy.gateway.client;

import org.jspecify.annotations.NullMarked;
