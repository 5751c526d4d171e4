package io.natsproxy.core.exchange;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.nats.client.Connection;
import io.natsproxy.core.liveness.Heartbeat;
import io.natsproxy.core.liveness.Watched;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ConnectionCredit;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.jnats.JnatsTransport;
import io.natsproxy.core.transport.netty.NettyTransport;

/**
 * All that the exchanges of one connection share: the transport, one timer, one prefix of
 * subjects, and one budget of bytes. Safe for use by many threads.
 */
public final class NatsExchanges implements AutoCloseable, Watched {

	private final NatsTransport transport;

	private final SubjectCodec subjectCodec;

	private final ReplySubjects replySubjects;

	private final ExchangeTimer timer = new ExchangeTimer();

	private final ByteBudget budget;

	private final SideStatistics callerStatistics = new SideStatistics();

	private final SideStatistics listenerStatistics = new SideStatistics();

	private final Map<NatsTransport, ConnectionCredit> credits = new ConcurrentHashMap<>();

	/**
	 * Creates the object, with a budget of bytes of its own, for inboxes of the default
	 * prefixes.
	 * @param connection the connection, which need not be connected yet and is not closed
	 * by this object
	 * @param subjectPrefix one or more tokens in front of every subject; empty for none
	 * @throws IllegalArgumentException if the prefix is not a literal subject
	 */
	public NatsExchanges(Connection connection, String subjectPrefix) {
		this(connection, subjectPrefix, ReplySubjects.DEFAULT_PREFIXES, ByteBudget.ofHeap(ByteBudget.DEFAULT_PERCENT));
	}

	/**
	 * Creates the object.
	 * @param connection the connection, which need not be connected yet and is not closed
	 * by this object
	 * @param subjectPrefix one or more tokens in front of every subject; empty for none
	 * @param replyPrefixes prefixes of the inboxes of others, to which the connection's
	 * own is added
	 * @param budget bounds the memory of bodies
	 * @throws IllegalArgumentException if a prefix is not a literal subject
	 */
	public NatsExchanges(Connection connection, String subjectPrefix, Collection<String> replyPrefixes,
			ByteBudget budget) {
		this(transportOf(connection), subjectPrefix, replyPrefixes, budget);
	}

	/**
	 * Creates the object on a transport.
	 */
	NatsExchanges(NatsTransport transport, String subjectPrefix, Collection<String> replyPrefixes, ByteBudget budget) {
		this.transport = transport;
		this.subjectCodec = new SubjectCodec(subjectPrefix);
		this.replySubjects = new ReplySubjects(replyPrefixes, this.transport.newInbox());
		this.budget = budget;
		this.transport.budget(budget);
	}

	private static NatsTransport transportOf(Connection connection) {
		NettyTransport transport = NettyTransport.of(connection);
		return (transport != null) ? transport : new JnatsTransport(connection);
	}

	/**
	 * Returns the mapping of routes to subjects.
	 * @return the mapping, with the prefix of this object
	 */
	public RouteSubjects routeSubjects() {
		return new RouteSubjects(this.subjectCodec);
	}

	/**
	 * Returns the timer on which the deadlines of all exchanges turn.
	 * @return the timer, closed by this object
	 */
	public ExchangeTimer timer() {
		return this.timer;
	}

	/**
	 * Returns the limit on the memory of bodies.
	 * @return the budget
	 */
	public ByteBudget budget() {
		return this.budget;
	}

	/**
	 * Returns the credit of all peers on one connection.
	 */
	public ConnectionCredit credit(NatsTransport transport) {
		return this.credits.computeIfAbsent(transport, (key) -> new ConnectionCredit(ConnectionCredit.DEFAULT_LIMIT));
	}

	/**
	 * Returns the counts of all callers, and of the WebSockets of gateways and clients.
	 * @return the counts, since this object was made
	 */
	public SideStatistics callerStatistics() {
		return this.callerStatistics;
	}

	/**
	 * Returns the counts of all listeners, and of the WebSockets of services.
	 * @return the counts, since this object was made
	 */
	public SideStatistics listenerStatistics() {
		return this.listenerStatistics;
	}

	/**
	 * Returns the mapping of requests to subjects.
	 * @return the mapping, with the prefix of this object
	 */
	public SubjectCodec subjectCodec() {
		return this.subjectCodec;
	}

	/**
	 * Returns the rule by which others may name a subject to be published to.
	 * @return the rule, for this connection
	 */
	public ReplySubjects replySubjects() {
		return this.replySubjects;
	}

	/**
	 * Returns what carries the messages.
	 * @return the transport, which is not closed by this object
	 */
	public NatsTransport transport() {
		return this.transport;
	}

	/**
	 * Returns what carries the messages of all connections.
	 * @return {@link #transport()} first, and each of its
	 * {@linkplain NatsTransport#siblings() siblings} once
	 */
	public List<NatsTransport> transports() {
		return Stream.concat(Stream.of(this.transport), this.transport.siblings().values().stream())
			.distinct()
			.toList();
	}

	@Override
	public void watchedBy(Heartbeat heartbeat) {
		this.timer.watchedBy(heartbeat);
		transports().forEach((each) -> each.watchedBy(heartbeat));
	}

	/**
	 * Creates an inbox and subscribes to it.
	 * @return the inbox, to be closed by its owner
	 */
	public Inbox newInbox() {
		return new Inbox(this.transport);
	}

	/**
	 * Stops the timer.
	 */
	@Override
	public void close() {
		this.timer.close();
	}

}
