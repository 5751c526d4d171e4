package io.natsproxy.core.websocket.gateway;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import io.natsproxy.core.websocket.FrameWebSocket;
import io.natsproxy.core.websocket.WebSocketClose;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket of a gateway, with the groups that it is in.
 */
final class GatewayWebSocket {

	/**
	 * Most groups that one WebSocket is in, which bounds the memory that a service can
	 * make a gateway use.
	 */
	private static final int MAX_GROUPS = 1000;

	private final FrameWebSocket socket;

	private final String path;

	private final long openedAt = System.nanoTime();

	private final Set<String> groups = new HashSet<>(0);

	private boolean accepted;

	private @Nullable WebSocketClose closed;

	GatewayWebSocket(FrameWebSocket socket, String path) {
		this.socket = socket;
		this.path = path;
	}

	synchronized OpenWebSocket describe() {
		return new OpenWebSocket(this.socket.id(), this.path, Duration.ofNanos(System.nanoTime() - this.openedAt),
				this.accepted, this.groups.size());
	}

	FrameWebSocket socket() {
		return this.socket;
	}

	/**
	 * Notes that a service has accepted it.
	 * @param tell tells of it, before anybody tells that it is closed
	 * @return why it has been closed meanwhile, if it has: nobody has told of that
	 */
	synchronized @Nullable WebSocketClose accepted(Runnable tell) {
		tell.run();
		this.accepted = true;
		return this.closed;
	}

	/**
	 * Notes that it is closed, and ends all memberships.
	 * @return whether it had been accepted before
	 */
	synchronized boolean closed(WebSocketClose status) {
		this.closed = status;
		return this.accepted;
	}

	/**
	 * Takes the groups of which it is a member, once it is closed.
	 */
	synchronized Set<String> takeGroups() {
		Set<String> left = Set.copyOf(this.groups);
		this.groups.clear();
		return left;
	}

	/**
	 * Notes that it is a member of a group.
	 * @return {@code false} if it is in too many, or closed
	 */
	synchronized boolean join(String group) {
		boolean allowed = this.closed == null && (this.groups.size() < MAX_GROUPS || this.groups.contains(group));
		if (allowed) {
			this.groups.add(group);
		}
		return allowed;
	}

	synchronized boolean isClosed() {
		return this.closed != null;
	}

	synchronized void leave(String group) {
		this.groups.remove(group);
	}

}
