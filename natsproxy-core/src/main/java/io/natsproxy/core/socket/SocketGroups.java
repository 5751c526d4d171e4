package io.natsproxy.core.socket;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.subject.SubjectCodec;
import reactor.core.Disposable;

/**
 * The groups of which WebSockets of one gateway are members: the gateway subscribes to a
 * group while it has some, and hands on what comes.
 */
final class SocketGroups {

	private static final SocketClose TOO_SLOW = new SocketClose(1013, "Too slow for its group");

	private final Inbox inbox;

	private final SubjectCodec subjectCodec;

	private final Map<String, Group> groups = new HashMap<>();

	/**
	 * Creates an object without groups.
	 * @param inbox on whose thread messages to groups arrive
	 */
	SocketGroups(Inbox inbox, SubjectCodec subjectCodec) {
		this.inbox = inbox;
		this.subjectCodec = subjectCodec;
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
		Consumer<SocketMessage> fanOut = (message) -> members.forEach((member) -> deliver(message, member));
		return new Group(members, this.inbox.subscribe(this.subjectCodec.groupSubject(name),
				(message) -> SocketCommand.message(message).ifPresent(fanOut)));
	}

	/**
	 * A group waits for nobody, and nobody misses a message in silence.
	 */
	private static void deliver(SocketMessage message, NatsSocket member) {
		if (!member.offer(message) && member.isOpen()) {
			member.close(TOO_SLOW);
		}
	}

	synchronized void leave(String name, NatsSocket socket) {
		Group group = this.groups.get(name);
		if (group != null && group.members().remove(socket) && group.members().isEmpty()) {
			this.groups.remove(name);
			group.subscription().dispose();
		}
	}

	/**
	 * Returns how many groups have members here.
	 */
	synchronized int size() {
		return this.groups.size();
	}

	/**
	 * A group.
	 *
	 * @param members its members at this gateway
	 * @param subscription to the messages to it
	 */
	private record Group(Set<NatsSocket> members, Disposable subscription) {
	}

}
