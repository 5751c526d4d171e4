package io.natsproxy.gateway;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * The part that has come from the client of the body of the request that is being
 * handled. Whoever reads the body may be told that it is complete where it is not.
 */
public interface ReceivedBody {

	/**
	 * Key under which it is kept on a connection, or on a stream of HTTP/2.
	 */
	AttributeKey<ReceivedBody> KEY = AttributeKey.valueOf(ReceivedBody.class, "KEY");

	/**
	 * Returns what has come of the body of a request.
	 * @param request the request
	 * @return what has come, as it stands at each call; {@code null} where nobody counts
	 */
	static @Nullable ReceivedBody of(ServerHttpRequest request) {
		Channel channel = RequestConnection.channel(request);
		return (channel != null) ? channel.attr(KEY).get() : null;
	}

	/**
	 * Returns how long it is so far.
	 * @return its bytes, read or not
	 */
	long length();

	/**
	 * Returns whether it is a form without a field: nothing but separators and white
	 * space.
	 * @return whether there has been nothing else so far
	 */
	boolean isEmptyForm();

	/**
	 * Returns whether all of it has come.
	 * @return whether its end has been seen
	 */
	boolean isWhole();

}
