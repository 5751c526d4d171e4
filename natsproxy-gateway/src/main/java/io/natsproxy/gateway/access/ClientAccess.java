package io.natsproxy.gateway.access;

import java.net.InetSocketAddress;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one connection of a client that have not ended: in their order, or by
 * their streams. Changed on the event loop of the connection, and read by any thread.
 */
public final class ClientAccess {

	private static final AttributeKey<ClientAccess> KEY = AttributeKey.valueOf(ClientAccess.class, "access");

	private final AccessLog log;

	private final Channel channel;

	private final Deque<AccessEntry> open = new ConcurrentLinkedDeque<>();

	private final Map<Integer, AccessEntry> streams = new ConcurrentHashMap<>();

	private @Nullable AccessEntry socket;

	private ClientAccess(AccessLog log, Channel channel) {
		this.log = log;
		this.channel = channel;
	}

	/**
	 * Begins to watch a connection.
	 * @param log where its requests are written
	 * @param channel the connection
	 * @return its requests
	 */
	public static ClientAccess begin(AccessLog log, Channel channel) {
		ClientAccess access = new ClientAccess(log, channel);
		channel.attr(KEY).set(access);
		return access;
	}

	/**
	 * Returns the requests of a connection.
	 * @param channel the connection, or a stream of it
	 * @return the requests, or {@code null} where there is no access log
	 */
	public static @Nullable ClientAccess of(Channel channel) {
		Channel parent = channel.parent();
		Channel connection = (channel instanceof Http2StreamChannel && parent != null) ? parent : channel;
		return connection.hasAttr(KEY) ? connection.attr(KEY).get() : null;
	}

	/**
	 * Returns the entry of the request that is being handled.
	 * @param channel the connection on which it has come, or its stream; {@code null} if
	 * that is not known
	 * @return the entry, or {@code null} if there is none, or none any more
	 */
	public static @Nullable AccessEntry entry(@Nullable Channel channel) {
		ClientAccess access = (channel != null) ? of(channel) : null;
		if (access == null) {
			return null;
		}
		return (channel instanceof Http2StreamChannel stream) ? access.streams.get(stream.stream().id())
				: access.open.peekFirst();
	}

	/**
	 * Says why the request that has come last, or that of a stream, is refused.
	 * @param channel the connection, or a stream of it
	 * @param reason letters, digits and hyphens
	 * @param latest whether it is the one that has come last of several
	 */
	public static void refused(Channel channel, String reason, boolean latest) {
		ClientAccess access = of(channel);
		if (access == null) {
			return;
		}
		AccessEntry entry = (channel instanceof Http2StreamChannel || !latest) ? entry(channel)
				: access.open.peekLast();
		if (entry != null) {
			entry.outcome(reason);
		}
	}

	/**
	 * Says why a stream is refused.
	 * @param channel the connection
	 * @param stream the number of the stream
	 * @param reason letters, digits and hyphens
	 */
	public static void refused(Channel channel, int stream, String reason) {
		ClientAccess access = of(channel);
		AccessEntry entry = (access != null) ? access.streams.get(stream) : null;
		if (entry != null) {
			entry.outcome(reason);
		}
	}

	/**
	 * Takes note of the code with which a client, or the gateway, closes a WebSocket.
	 * @param channel the connection
	 * @param code the code
	 */
	public static void closed(Channel channel, int code) {
		ClientAccess access = of(channel);
		AccessEntry socket = (access != null) ? access.socket : null;
		if (socket != null && socket.closeCode() == 0) {
			socket.closeCode(code);
		}
	}

	/**
	 * Ends the last request of a connection with an answer that no handler of messages
	 * sees, or what is no request.
	 * @param channel the connection
	 * @param reason letters, digits and hyphens
	 * @param status the HTTP status of the answer
	 * @param bytes the length of its content
	 */
	public static void lastAnswer(Channel channel, String reason, int status, long bytes) {
		ClientAccess access = of(channel);
		if (access == null) {
			return;
		}
		AccessEntry entry = access.open.pollLast();
		if (entry == null) {
			entry = new AccessEntry(access.peer(), null, "", "");
		}
		entry.status(status);
		entry.addSent(bytes);
		access.end(entry, reason);
	}

	String peer() {
		return (this.channel.remoteAddress() instanceof InetSocketAddress remote && !remote.isUnresolved())
				? remote.getAddress().getHostAddress() : "";
	}

	void add(AccessEntry entry) {
		this.open.addLast(entry);
	}

	@Nullable AccessEntry first() {
		return this.open.peekFirst();
	}

	@Nullable AccessEntry last() {
		return this.open.peekLast();
	}

	void add(int stream, AccessEntry entry) {
		this.streams.put(stream, entry);
	}

	@Nullable AccessEntry get(int stream) {
		return this.streams.get(stream);
	}

	/**
	 * Ends the first request when the end of its response has been written.
	 * @return the promise of the end
	 */
	ChannelPromise endFirst(ChannelPromise promise) {
		AccessEntry entry = this.open.pollFirst();
		return (entry != null) ? ending(entry, promise) : promise;
	}

	/**
	 * Ends the request of a stream when the end of its response has been written.
	 * @return the promise of the end
	 */
	ChannelPromise end(int stream, ChannelPromise promise) {
		AccessEntry entry = this.streams.remove(stream);
		return (entry != null) ? ending(entry, promise) : promise;
	}

	private ChannelPromise ending(AccessEntry entry, ChannelPromise promise) {
		return promise.unvoid()
			.addListener((future) -> end(entry, future.isSuccess() ? entry.answered() : AccessLog.CLIENT_GONE));
	}

	/**
	 * Ends the request of a stream that has been closed, unless that is done.
	 */
	void closed(int stream, String outcome) {
		AccessEntry entry = this.streams.remove(stream);
		if (entry != null) {
			end(entry, outcome);
		}
	}

	/**
	 * The first request has made a WebSocket of the connection.
	 */
	void upgraded(int status) {
		AccessEntry entry = this.open.pollFirst();
		if (entry != null) {
			entry.status(status);
			this.socket = entry.toSocket();
			end(entry, AccessLog.UPGRADED);
		}
	}

	/**
	 * The first request has become the first stream of HTTP/2.
	 */
	void becameStream() {
		AccessEntry entry = this.open.pollFirst();
		if (entry != null) {
			this.streams.put(1, entry);
		}
	}

	/**
	 * Returns the entry of the WebSocket that the connection has become.
	 */
	@Nullable AccessEntry socket() {
		return this.socket;
	}

	/**
	 * Ends all, with the connection.
	 */
	void closed() {
		for (AccessEntry entry = this.open.pollFirst(); entry != null; entry = this.open.pollFirst()) {
			end(entry, AccessLog.CLIENT_GONE);
		}
		this.streams.keySet().forEach((stream) -> closed(stream, AccessLog.CLIENT_GONE));
		AccessEntry socket = this.socket;
		this.socket = null;
		if (socket != null) {
			end(socket, AccessLog.CLOSED);
		}
	}

	private void end(AccessEntry entry, String outcome) {
		entry.end(outcome);
		this.log.add(entry);
	}

}
