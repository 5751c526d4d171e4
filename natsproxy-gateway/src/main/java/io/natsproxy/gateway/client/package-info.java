/**
 * The connections of HTTP clients: their time-outs, the refusals before anybody is asked,
 * and their end. Handlers of Netty around those of Reactor Netty, each used by the event
 * loop of its connection only, in their order: {@code ConnectionHandler} next to the
 * socket with its {@code ConnectionState}, {@code MessageHandler} with its
 * {@code PipelinedExchanges} (or {@code Http2Handler}), {@code BodyHandler} with its
 * {@code BodyProgress}. {@code ClientConnections} adds them.
 */
@NullMarked
package io.natsproxy.gateway.client;

import org.jspecify.annotations.NullMarked;
