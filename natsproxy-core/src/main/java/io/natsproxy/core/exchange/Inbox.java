package io.natsproxy.core.exchange;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.Subscription;
import reactor.core.Disposable;

/**
 * A private wildcard subscription, and the receivers behind it by the last token of the
 * subject: the exchanges that wait for a reply, and the ends of streams. What comes for
 * an exchange that has ended meets nobody and is dropped.
 */
public final class Inbox implements AutoCloseable {

	private final Connection connection;

	private final Dispatcher dispatcher;

	private final String inbox;

	private final ReplyTokens tokens = new ReplyTokens();

	private final Map<String, Consumer<Message>> waiting = new ConcurrentHashMap<>();

	Inbox(Connection connection) {
		this.connection = connection;
		this.inbox = connection.createInbox() + ".";
		this.dispatcher = connection.createDispatcher(this::route);
		// What is in flight is bounded by the number of exchanges and their windows.
		this.dispatcher.setPendingLimits(0, 0);
		this.dispatcher.subscribe(this.inbox + "*");
	}

	/**
	 * Makes a new subject of this inbox.
	 * @return a subject that nobody can guess
	 */
	public String newSubject() {
		return this.inbox + this.tokens.next();
	}

	/**
	 * Receives the messages of a subject of this inbox until it is removed.
	 * @param subject a subject of this inbox
	 * @param receiver is called on the dispatcher's thread, which it must not block
	 */
	public void register(String subject, Consumer<Message> receiver) {
		this.waiting.put(token(subject), receiver);
	}

	/**
	 * Receives no more messages of a subject.
	 * @param subject a subject of this inbox
	 */
	public void remove(String subject) {
		this.waiting.remove(token(subject));
	}

	/**
	 * Subscribes to a subject that is not of this inbox, on the same thread: messages of
	 * one publisher arrive in order, whichever of the subjects they come on.
	 * @param subject the subject, which may have wildcards
	 * @param receiver is called on the dispatcher's thread, which it must not block
	 * @return ends the subscription
	 */
	public Disposable subscribe(String subject, Consumer<Message> receiver) {
		Subscription subscription = this.dispatcher.subscribe(subject, receiver::accept);
		return () -> {
			if (this.connection.getStatus() != Connection.Status.CLOSED && this.dispatcher.isActive()) {
				this.dispatcher.unsubscribe(subscription);
			}
		};
	}

	/**
	 * Returns how many receivers are registered.
	 * @return the number, for tests and metrics
	 */
	public int waiting() {
		return this.waiting.size();
	}

	private void route(Message message) {
		Consumer<Message> receiver = this.waiting.get(token(message.getSubject()));
		if (receiver != null) {
			receiver.accept(message);
		}
	}

	private String token(String subject) {
		return subject.substring(this.inbox.length());
	}

	/**
	 * Ends all subscriptions.
	 */
	@Override
	public void close() {
		if (this.connection.getStatus() != Connection.Status.CLOSED && this.dispatcher.isActive()) {
			this.connection.closeDispatcher(this.dispatcher);
		}
	}

}
