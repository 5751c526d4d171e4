package io.natsproxy.core.socket;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.natsproxy.core.subject.SubjectCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups of which WebSockets of one gateway are members: the gateway subscribes to a
 * group while it has some, and hands on what comes. Messages to groups need no credit, so
 * they arrive on a thread of their own, and no more of them wait than a bounded queue
 * holds.
 */
final class SocketGroups implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SocketGroups.class);

	private static final SocketClose TOO_SLOW = new SocketClose(1013, "Too slow for its group");

	private static final SocketClose TOO_MANY = new SocketClose(1013, "Too many messages to groups");

	private static final int MAX_MESSAGES = 64 * 1024;

	private static final int MAX_BYTES = 64 * 1024 * 1024;

	private final Connection connection;

	private final SubjectCodec subjectCodec;

	private final SocketOptions options;

	private final Dispatcher dispatcher;

	private final Map<String, Group> groups = new HashMap<>();

	/**
	 * Used on the thread on which messages arrive.
	 */
	private long dropped;

	/**
	 * Creates an object without groups.
	 */
	SocketGroups(Connection connection, SubjectCodec subjectCodec, SocketOptions options) {
		this.connection = connection;
		this.subjectCodec = subjectCodec;
		this.options = options;
		this.dispatcher = connection.createDispatcher();
		this.dispatcher.setPendingLimits(MAX_MESSAGES, MAX_BYTES);
	}

	/**
	 * Adds a member. What is published to the group once this has returned, and the
	 * connection has sent what it had to send, comes to it.
	 */
	synchronized void join(String name, NatsSocket socket) {
		this.groups.computeIfAbsent(name, this::subscribe).members().add(socket);
	}

	private Group subscribe(String name) {
		Set<NatsSocket> members = ConcurrentHashMap.newKeySet();
		return new Group(members, this.dispatcher.subscribe(this.subjectCodec.groupSubject(name),
				(message) -> onMessage(message, members)));
	}

	private void onMessage(Message message, Set<NatsSocket> members) {
		if (this.dropped != this.dispatcher.getDroppedCount()) {
			this.dropped = this.dispatcher.getDroppedCount();
			closeAll();
		}
		SocketMessage read = SocketCommand.message(message).orElse(null);
		if (read == null || !this.options.allows(read)) {
			logger.warn("Dropped a message to the group of {}: it is malformed, or longer than {} bytes",
					message.getSubject(), this.options.maxMessageSize());
			return;
		}
		members.forEach((member) -> deliver(read, member));
	}

	/**
	 * A group waits for nobody, and nobody misses a message in silence.
	 */
	private static void deliver(SocketMessage message, NatsSocket member) {
		if (!member.offer(message) && member.isOpen()) {
			member.close(TOO_SLOW);
		}
	}

	/**
	 * More has come than could be handed on, and nobody knows to which groups.
	 */
	private void closeAll() {
		List<Group> all;
		synchronized (this) {
			all = List.copyOf(this.groups.values());
		}
		all.forEach((group) -> group.members().forEach((member) -> member.close(TOO_MANY)));
	}

	synchronized void leave(String name, NatsSocket socket) {
		Group group = this.groups.get(name);
		if (group != null && group.members().remove(socket) && group.members().isEmpty()) {
			this.groups.remove(name);
			if (isActive()) {
				this.dispatcher.unsubscribe(group.subscription());
			}
		}
	}

	private boolean isActive() {
		return this.connection.getStatus() != Connection.Status.CLOSED && this.dispatcher.isActive();
	}

	/**
	 * Returns how many groups have members here.
	 */
	synchronized int size() {
		return this.groups.size();
	}

	@Override
	public void close() {
		if (isActive()) {
			this.connection.closeDispatcher(this.dispatcher);
		}
	}

	/**
	 * A group.
	 *
	 * @param members its members at this gateway
	 * @param subscription to the messages to it
	 */
	private record Group(Set<NatsSocket> members, Subscription subscription) {
	}

}
