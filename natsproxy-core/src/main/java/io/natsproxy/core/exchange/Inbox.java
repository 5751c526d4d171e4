package io.natsproxy.core.exchange;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.natsproxy.core.link.LinkMessage;
import io.natsproxy.core.link.LinkSubscriber;
import io.natsproxy.core.link.NatsLink;
import reactor.core.Disposable;

/**
 * A private wildcard subscription, and the receivers behind it by the last token of the
 * subject: the exchanges that wait for a reply, and the ends of streams. What comes for
 * an exchange that has ended meets nobody and is dropped.
 */
public final class Inbox implements AutoCloseable {

	private final LinkSubscriber subscriber;

	private final String inbox;

	private final ReplyTokens tokens = new ReplyTokens();

	private final Map<String, Consumer<LinkMessage>> waiting = new ConcurrentHashMap<>();

	Inbox(NatsLink link) {
		this.inbox = link.newInbox() + ".";
		this.subscriber = link.newSubscriber(this::route);
		this.subscriber.subscribe(this.inbox + "*", (String) null);
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
	 * @param receiver is called on the thread of the link, which it must not block
	 */
	public void register(String subject, Consumer<LinkMessage> receiver) {
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
	 * @param receiver is called on the thread of the link, which it must not block
	 * @return ends the subscription
	 */
	public Disposable subscribe(String subject, Consumer<LinkMessage> receiver) {
		return this.subscriber.subscribe(subject, receiver);
	}

	/**
	 * Returns how many receivers are registered.
	 * @return the number, for tests and metrics
	 */
	public int waiting() {
		return this.waiting.size();
	}

	private void route(LinkMessage message) {
		Consumer<LinkMessage> receiver = this.waiting.get(token(message.subject()));
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
		this.subscriber.close();
	}

}
