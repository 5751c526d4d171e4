package io.natsproxy.core.socket;

import java.util.HashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What a gateway knows of one of its WebSockets.
 */
final class GatewaySocket {

	/**
	 * In how many groups one may be: a bound to what a peer can make a gateway keep.
	 */
	private static final int MAX_GROUPS = 1000;

	private final FrameSocket socket;

	private volatile boolean accepted;

	private @Nullable Set<String> groups;

	private boolean closed;

	GatewaySocket(FrameSocket socket) {
		this.socket = socket;
	}

	FrameSocket socket() {
		return this.socket;
	}

	void accepted() {
		this.accepted = true;
	}

	boolean isAccepted() {
		return this.accepted;
	}

	/**
	 * Notes that it is a member of a group.
	 * @return {@code false} if it is in too many
	 */
	synchronized boolean join(String group) {
		if (this.groups == null) {
			this.groups = new HashSet<>(2);
		}
		if (this.groups.size() >= MAX_GROUPS && !this.groups.contains(group)) {
			return false;
		}
		this.groups.add(group);
		return true;
	}

	synchronized boolean isMember(String group) {
		return !this.closed && this.groups != null && this.groups.contains(group);
	}

	synchronized void leave(String group) {
		if (this.groups != null) {
			this.groups.remove(group);
		}
	}

	/**
	 * Ends all memberships.
	 * @return the groups
	 */
	synchronized Set<String> close() {
		this.closed = true;
		return (this.groups != null) ? this.groups : Set.of();
	}

}
