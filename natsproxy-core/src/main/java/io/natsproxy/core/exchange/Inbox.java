package io.natsproxy.core.exchange;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.TransportSubscriber;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;

/**
 * A private wildcard subscription, and the receivers behind it by the last token of the
 * subject: the exchanges that wait for a reply, and the ends of streams. What comes for
 * an exchange that has ended meets nobody and is dropped.
 */
public final class Inbox implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Inbox.class);

	private final TransportSubscriber subscriber;

	private final String inbox;

	private final ReplyTokens tokens = new ReplyTokens();

	private final Map<String, InboxReceiver> waiting = new ConcurrentHashMap<>();

	private volatile boolean refused;

	public Inbox(NatsTransport transport) {
		this.inbox = transport.newInbox() + ".";
		this.subscriber = transport.newSubscriber(this::route);
		this.subscriber.subscribe(this.inbox + "*", null, this::onPermission);
	}

	private void onPermission(boolean permitted) {
		this.refused = !permitted;
		if (!permitted) {
			tell(InboxReceiver::onInboxRefused);
		}
	}

	/**
	 * Tells all receivers something, whatever becomes of one of them.
	 */
	private void tell(Consumer<InboxReceiver> word) {
		for (InboxReceiver receiver : this.waiting.values()) {
			try {
				word.accept(receiver);
			}
			catch (Throwable ex) {
				Uncaught.report(logger, "Who waits for messages could not be told that none will come", ex);
			}
		}
	}

	/**
	 * Whether the server does not permit the subscription, so that nothing is received.
	 */
	public boolean isRefused() {
		return this.refused;
	}

	/**
	 * Returns the failure of whoever waits for something on an inbox that is refused.
	 */
	public static NatsExchangeException refused() {
		return new NatsExchangeException(ExchangeFailure.INBOX_REFUSED, "Replies from NATS cannot be received");
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
	 * @param receiver takes the messages
	 */
	public void register(String subject, InboxReceiver receiver) {
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
	 * Returns who receives the messages of a subject.
	 * @param subject any subject
	 * @return the receiver, or {@code null} if there is none in this inbox
	 */
	public @Nullable InboxReceiver receiver(String subject) {
		return subject.startsWith(this.inbox) ? this.waiting.get(token(subject)) : null;
	}

	/**
	 * Subscribes to a subject that is not of this inbox, on the same thread: messages of
	 * one publisher arrive in order, whichever of the subjects they come on.
	 * @param subject the subject, which may have wildcards
	 * @param receiver is called on the thread of the transport, which it must not block
	 * @param refused is run when the server does not permit it
	 * @return ends the subscription
	 */
	public Disposable subscribe(String subject, Consumer<TransportMessage> receiver, Runnable refused) {
		return this.subscriber.subscribe(subject, receiver, refused);
	}

	/**
	 * Subscribes to a subject that is not of this inbox for as long as this stands, on
	 * the same thread.
	 * @param subject the subject, which may have wildcards
	 * @param receiver is called on the thread of the transport, which it must not block
	 * @return ends the subscription
	 */
	public Disposable subscribe(String subject, Consumer<TransportMessage> receiver) {
		return this.subscriber.subscribe(subject, receiver);
	}

	/**
	 * Tells all receivers that something may not be published.
	 */
	public void onPublishDenied(Denial denial) {
		tell((receiver) -> receiver.onPublishDenied(denial));
	}

	/**
	 * Returns how many receivers are registered.
	 * @return the number, for tests and metrics
	 */
	public int waiting() {
		return this.waiting.size();
	}

	private void route(TransportMessage message) {
		InboxReceiver receiver = this.waiting.get(token(message.subject()));
		if (receiver != null) {
			receiver.onMessage(message);
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
