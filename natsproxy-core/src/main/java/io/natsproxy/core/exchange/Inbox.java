package io.natsproxy.core.exchange;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;

/**
 * A private wildcard subscription, and the receivers behind it by the last token of the
 * subject: the exchanges that wait for a reply, and the ends of streams. What comes for
 * an exchange that has ended meets nobody and is dropped.
 */
final class Inbox implements AutoCloseable {

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
	 */
	String newSubject() {
		return this.inbox + this.tokens.next();
	}

	/**
	 * Receives the messages of a subject of this inbox until it is removed.
	 * @param receiver is called on the dispatcher's thread, which it must not block
	 */
	void register(String subject, Consumer<Message> receiver) {
		this.waiting.put(token(subject), receiver);
	}

	void remove(String subject) {
		this.waiting.remove(token(subject));
	}

	/**
	 * Returns how many exchanges wait for a reply.
	 */
	int waiting() {
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

	@Override
	public void close() {
		if (this.connection.getStatus() != Connection.Status.CLOSED && this.dispatcher.isActive()) {
			this.connection.closeDispatcher(this.dispatcher);
		}
	}

}
