package io.natsproxy.core.exchange;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.nats.client.Connection;
import io.natsproxy.core.link.JnatsLink;
import io.natsproxy.core.link.NatsLink;
import io.natsproxy.core.liveness.Heartbeat;
import io.natsproxy.core.liveness.Watched;
import io.natsproxy.core.netty.NettyLink;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.stream.ByteBudget;
import io.natsproxy.core.stream.ConnectionCredit;
import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.core.subject.SubjectCodec;

/**
 * Where exchanges begin: makes callers and listeners on one connection, with one timer
 * and one prefix of subjects. Safe for use by many threads.
 */
public final class NatsExchanges implements AutoCloseable, Watched {

	private final NatsLink link;

	private final SubjectCodec subjectCodec;

	private final ReplySubjects replySubjects;

	private final ExchangeTimer timer = new ExchangeTimer();

	private final ByteBudget budget;

	private final Map<NatsLink, ConnectionCredit> credits = new ConcurrentHashMap<>();

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
		this.link = linkOf(connection);
		this.subjectCodec = new SubjectCodec(subjectPrefix);
		this.replySubjects = new ReplySubjects(replyPrefixes, this.link.newInbox());
		this.budget = budget;
		this.link.budget(budget);
	}

	private static NatsLink linkOf(Connection connection) {
		NettyLink link = NettyLink.of(connection);
		return (link != null) ? link : new JnatsLink(connection);
	}

	/**
	 * Creates a caller and subscribes to its inbox.
	 * @param options the limits
	 * @return the caller, to be closed by its owner
	 */
	public NatsCaller newCaller(NatsCallerOptions options) {
		return new NatsCaller(this, this.link, options);
	}

	/**
	 * Creates a listener, which does not listen yet.
	 * @param options queue group and limits
	 * @param handler takes the requests
	 * @return the listener, to be drained by its owner
	 */
	public NatsListener newListener(NatsListenerOptions options, NatsRequestHandler handler) {
		return new NatsListener(this, this.link, options, handler);
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
	ConnectionCredit credit(NatsLink link) {
		return this.credits.computeIfAbsent(link, (key) -> new ConnectionCredit(ConnectionCredit.DEFAULT_LIMIT));
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
	 * @return the link, which is not closed by this object
	 */
	public NatsLink link() {
		return this.link;
	}

	@Override
	public void watchedBy(Heartbeat heartbeat) {
		this.timer.watchedBy(heartbeat);
		Stream.concat(Stream.of(this.link), this.link.siblings().values().stream()).distinct().forEach((link) -> {
			if (link instanceof NettyLink netty) {
				heartbeat.watch("nats-loop", netty.loop());
			}
			else {
				heartbeat.watch("nats-receiver", link::isReceiving);
			}
		});
	}

	/**
	 * Creates an inbox and subscribes to it.
	 * @return the inbox, to be closed by its owner
	 */
	public Inbox newInbox() {
		return new Inbox(this.link);
	}

	/**
	 * Stops the timer.
	 */
	@Override
	public void close() {
		this.timer.close();
	}

}
