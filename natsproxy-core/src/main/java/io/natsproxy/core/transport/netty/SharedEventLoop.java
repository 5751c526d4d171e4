package io.natsproxy.core.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

/**
 * An event loop that carries other sockets, too, such as those of an HTTP server: what
 * comes on these is then handed to the transport, and back, without another thread.
 *
 * @param loop the event loop, which must outlive the connection and is not stopped by it
 * @param channelType the kind of socket that runs on it
 */
public record SharedEventLoop(EventLoop loop, Class<? extends Channel> channelType) {

}
