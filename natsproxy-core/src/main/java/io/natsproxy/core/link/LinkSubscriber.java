package io.natsproxy.core.link;

import java.time.Duration;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Receives messages, one after the other. Its subscriptions outlive a loss of the
 * connection. Safe for use by many threads.
 */
public interface LinkSubscriber extends AutoCloseable {

	/**
	 * Subscribes to a subject.
	 * @param subject the subject, which may have wildcards
	 * @param queueGroup the queue group, or {@code null} to receive every message
	 */
	void subscribe(String subject, @Nullable String queueGroup);

	/**
	 * Subscribes to a subject with a receiver of its own.
	 * @param subject the subject, which may have wildcards
	 * @param receiver is called on the same thread as the other receivers of this
	 * subscriber
	 * @return ends the subscription
	 */
	Disposable subscribe(String subject, Consumer<LinkMessage> receiver);

	/**
	 * Ends all subscriptions, and waits until the messages that the server has sent
	 * before have been received.
	 * @param timeout how long to wait
	 * @return whether they have, in time; if not, the subscriptions end all the same
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	boolean drain(Duration timeout) throws InterruptedException;

	/**
	 * Ends all subscriptions; nothing is received any more.
	 */
	@Override
	void close();

}
