package io.natsproxy.gateway;

import java.util.concurrent.Executor;

import io.natsproxy.gateway.access.AccessEntry;
import io.natsproxy.gateway.access.AccessLog;
import io.natsproxy.gateway.access.ClientAccess;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

/**
 * The connection on which a request has come.
 */
public final class RequestConnection {

	private static final Executor FALLBACK_EXECUTOR = Schedulers.parallel()::schedule;

	private RequestConnection() {
	}

	/**
	 * Returns the event loop of the connection, so that what answers the request is
	 * written where it must be written anyway.
	 * @param request the request
	 * @return the event loop, or some other threads where the server is not Reactor Netty
	 * or the client has gone
	 */
	public static Executor executor(ServerHttpRequest request) {
		Channel channel = openChannel(request);
		return (channel != null) ? channel.eventLoop() : FALLBACK_EXECUTOR;
	}

	/**
	 * Ends the connection, or the stream of HTTP/2, so that what has been written of a
	 * response cannot be taken for the whole. Nothing is written any more.
	 * @param request the request
	 */
	static void abort(ServerHttpRequest request) {
		Channel channel = openChannel(request);
		if (channel == null) {
			return;
		}
		AccessEntry entry = ClientAccess.entry(channel);
		if (entry != null) {
			entry.replaceOutcome(AccessLog.BROKEN_OFF);
		}
		if (ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServerRequest server
				&& server.version().equals(HttpVersion.HTTP_1_0)) {
			// The end of the connection would be that of the body.
			channel.config().setOption(ChannelOption.SO_LINGER, 0);
		}
		channel.close();
	}

	/**
	 * Returns the connection as long as it is there. What Reactor Netty puts in the place
	 * of one that has ended belongs to no event loop, and fails whatever is done with it.
	 */
	static @Nullable Channel openChannel(ServerHttpRequest request) {
		Channel channel = channel(request);
		return (channel != null && channel.isRegistered()) ? channel : null;
	}

	/**
	 * Returns the connection, where the server is Reactor Netty.
	 * @param request the request
	 * @return the connection, or {@code null}
	 */
	public static @Nullable Channel channel(ServerHttpRequest request) {
		boolean hasNative = request instanceof AbstractServerHttpRequest
				|| request instanceof ServerHttpRequestDecorator;
		return (hasNative && ServerHttpRequestDecorator.getNativeRequest(request) instanceof Connection connection)
				? connection.channel() : null;
	}

}
