package io.natsproxy.core.websocket.gateway;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.natsproxy.core.exchange.WebSocketStatistics;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.TransportSubscriber;
import io.natsproxy.core.websocket.NatsWebSocketMessage;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.WebSocketCommand;
import io.natsproxy.core.websocket.WebSocketConnection;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;

/**
 * The groups of which WebSockets of one connection of a gateway are members: the
 * connection subscribes to a group while it has some, and hands on what comes. Messages
 * to groups need no credit, so they arrive on a thread of their own, and no more of them
 * wait than a bounded queue holds.
 */
final class WebSocketGroups implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(WebSocketGroups.class);

	private static final WebSocketClose NOT_PERMITTED = new WebSocketClose(1011, "The group cannot be received");

	private static final WebSocketClose TOO_SLOW = new WebSocketClose(1013, "Too slow for its group");

	private static final WebSocketClose TOO_MANY = new WebSocketClose(1013, "Too many messages to groups");

	/**
	 * The most messages that may wait to be handed on, on all connections.
	 */
	private static final int MAX_MESSAGES = 64 * 1024;

	private static final int IDLE_SECONDS = 10;

	/**
	 * The most bytes that may wait to be handed on, on all connections.
	 */
	private static final int MAX_BYTES = 64 * 1024 * 1024;

	private final RateLimitedLog log = new RateLimitedLog(logger);

	private final SubjectCodec subjectCodec;

	private final NatsWebSocketOptions options;

	private final TransportSubscriber subscriber;

	private final WebSocketStatistics statistics;

	private final GroupNames names;

	private final ThreadPoolExecutor executor;

	private final int maxBytes;

	/**
	 * Holds the messages that wait to be handed on.
	 */
	private final ByteReservation memory;

	private final AtomicBoolean dropped = new AtomicBoolean();

	private final Map<String, Group> groups = new HashMap<>();

	/**
	 * Creates an object without groups.
	 * @param names counts the groups of all connections
	 * @param connections how many connections there are, of which each has a share of
	 * what may wait
	 */
	WebSocketGroups(NatsTransport transport, SubjectCodec subjectCodec, NatsWebSocketOptions options, ByteBudget budget,
			WebSocketStatistics statistics, GroupNames names, int connections) {
		this.maxBytes = MAX_BYTES / connections;
		this.executor = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(MAX_MESSAGES / connections),
				new DefaultThreadFactory("natsproxy-groups", true));
		this.statistics = statistics;
		this.names = names;
		this.memory = new ByteReservation(budget);
		this.subjectCodec = subjectCodec;
		this.options = options;
		this.subscriber = transport.newSubscriber((message) -> {
		});
		this.executor.allowCoreThreadTimeOut(true);
	}

	/**
	 * Adds a member. What is published to the group once this has returned, and the
	 * connection has sent what it had to send, comes to it.
	 */
	synchronized void join(String name, WebSocketConnection socket) {
		this.groups.computeIfAbsent(name, this::subscribe).members().add(socket);
	}

	private Group subscribe(String name) {
		Set<WebSocketConnection> members = ConcurrentHashMap.newKeySet();
		Group group = new Group(members,
				this.subscriber.subscribe(this.subjectCodec.groupSubject(name),
						(message) -> onMessage(message, members),
						() -> members.forEach((member) -> member.close(NOT_PERMITTED))));
		this.names.joined(name);
		return group;
	}

	private void onMessage(TransportMessage message, Set<WebSocketConnection> members) {
		int size = message.payload().length;
		boolean taken = false;
		try {
			taken = this.memory.held() + size <= this.maxBytes && this.memory.tryReserve(size)
					&& handOnLater(message, members);
		}
		finally {
			this.statistics.groupMessage(taken);
			if (!taken) {
				this.dropped.set(true);
				closeDropped();
			}
		}
	}

	/**
	 * Closes the WebSockets of all groups for what has been dropped, if no other message
	 * does, before it is handed on.
	 */
	private void closeDropped() {
		try {
			this.executor.execute(this::closeIfDropped);
		}
		catch (RejectedExecutionException ex) {
			// One of those that wait does it.
		}
	}

	private void closeIfDropped() {
		if (this.dropped.getAndSet(false)) {
			closeAll();
		}
	}

	/**
	 * Hands on a message for which memory is held.
	 * @return {@code false} if too many wait already
	 */
	private boolean handOnLater(TransportMessage message, Set<WebSocketConnection> members) {
		int size = message.payload().length;
		boolean taken = false;
		try {
			this.executor.execute(() -> {
				try {
					handOn(message, members);
				}
				finally {
					this.memory.release(size);
				}
			});
			taken = true;
		}
		catch (RejectedExecutionException ex) {
			// As if there were too many bytes.
		}
		finally {
			if (!taken) {
				this.memory.release(size);
			}
		}
		return taken;
	}

	private void handOn(TransportMessage message, Set<WebSocketConnection> members) {
		closeIfDropped();
		NatsWebSocketMessage read = WebSocketCommand.message(message).orElse(null);
		if (read == null || !this.options.allows(read)) {
			this.log.warn("Dropped a message to the group of {}: it is malformed, or longer than {} bytes",
					message.subject(), this.options.maxMessageSize());
			return;
		}
		members.forEach((member) -> deliver(read, member));
	}

	/**
	 * A group waits for nobody, and nobody misses a message in silence.
	 */
	private static void deliver(NatsWebSocketMessage message, WebSocketConnection member) {
		try {
			if (!member.offer(message) && member.isOpen()) {
				member.close(TOO_SLOW);
			}
		}
		catch (Throwable ex) {
			// The failure of one must not reach the others.
			Uncaught.report(logger, "A message to a group could not be handed on to a member", ex);
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

	synchronized void leave(String name, WebSocketConnection socket) {
		Group group = this.groups.get(name);
		if (group != null && group.members().remove(socket) && group.members().isEmpty()) {
			this.groups.remove(name);
			this.names.left(name);
			group.subscription().dispose();
		}
	}

	/**
	 * Adds the members of this connection to those of others.
	 * @param members the numbers of members, by the names of the groups
	 * @param max the number of groups beyond which none is added to the others
	 */
	synchronized void addMembers(Map<String, Integer> members, int max) {
		this.groups.forEach((name, group) -> {
			if (members.size() < max || members.containsKey(name)) {
				members.merge(name, group.members().size(), Integer::sum);
			}
		});
	}

	@Override
	public void close() {
		synchronized (this) {
			this.groups.keySet().forEach(this.names::left);
			this.groups.clear();
		}
		this.subscriber.close();
		this.executor.shutdownNow();
		this.memory.close();
	}

	/**
	 * A group.
	 *
	 * @param members its members at this gateway
	 * @param subscription to the messages to it
	 */
	private record Group(Set<WebSocketConnection> members, Disposable subscription) {
	}

}
