package io.natsproxy.core.transport.netty;

import java.util.List;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;

/**
 * Event loops that carry other sockets, too, such as those of an HTTP server: what comes
 * on these is then handed to a transport, and back, without another thread.
 *
 * @param loops the event loops, which must outlive the connections and are not stopped by
 * them; one at least
 * @param channelType the kind of socket that runs on them
 * @param connections how many connections to NATS are spread over them, from one up to
 * the number of event loops
 */
public record SharedEventLoops(List<EventLoop> loops, Class<? extends Channel> channelType, int connections) {

	public SharedEventLoops {
		loops = List.copyOf(loops);
		if (connections < 1 || connections > loops.size()) {
			throw new IllegalArgumentException("There must be at least one connection, and at most one for each of the "
					+ loops.size() + " event loops");
		}
	}

	/**
	 * Returns the name of their transport, such as "nio", "epoll" or "io_uring".
	 */
	public String transport() {
		return IoKind.label(this.channelType);
	}

	/**
	 * Returns the event loop of a connection.
	 * @param connection the number of the connection, from 0
	 */
	public SharedEventLoop ofConnection(int connection) {
		return new SharedEventLoop(this.loops.get(connection), this.channelType);
	}

}
