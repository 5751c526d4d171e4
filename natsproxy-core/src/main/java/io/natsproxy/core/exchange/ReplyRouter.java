package io.natsproxy.core.exchange;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;

/**
 * The inbox of a caller: one wildcard subscription, and the exchanges that wait for a
 * reply to it by the last token of their reply subject. A reply to an exchange that has
 * ended, or a second reply, meets nobody and is dropped.
 */
final class ReplyRouter implements AutoCloseable {

	private final Connection connection;

	private final Dispatcher dispatcher;

	private final String inbox;

	private final ReplyTokens tokens = new ReplyTokens();

	private final Map<String, Consumer<Message>> waiting = new ConcurrentHashMap<>();

	ReplyRouter(Connection connection) {
		this.connection = connection;
		this.inbox = connection.createInbox() + ".";
		this.dispatcher = connection.createDispatcher(this::route);
		// Every exchange takes one reply: what is in flight is bounded by the callers.
		this.dispatcher.setPendingLimits(0, 0);
		this.dispatcher.subscribe(this.inbox + "*");
	}

	/**
	 * Makes a new reply subject.
	 */
	String newReplySubject() {
		return this.inbox + this.tokens.next();
	}

	/**
	 * Waits for one reply.
	 * @param receiver is called on the dispatcher's thread, which it must not block
	 */
	void register(String replySubject, Consumer<Message> receiver) {
		this.waiting.put(token(replySubject), receiver);
	}

	void remove(String replySubject) {
		this.waiting.remove(token(replySubject));
	}

	/**
	 * Returns how many exchanges wait for a reply.
	 */
	int waiting() {
		return this.waiting.size();
	}

	private void route(Message message) {
		Consumer<Message> receiver = this.waiting.remove(token(message.getSubject()));
		if (receiver != null) {
			receiver.accept(message);
		}
	}

	private String token(String replySubject) {
		return replySubject.substring(this.inbox.length());
	}

	@Override
	public void close() {
		if (this.connection.getStatus() != Connection.Status.CLOSED && this.dispatcher.isActive()) {
			this.connection.closeDispatcher(this.dispatcher);
		}
	}

}
