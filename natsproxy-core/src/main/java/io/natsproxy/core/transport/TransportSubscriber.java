package io.natsproxy.core.transport;

import java.time.Duration;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * A receiver of messages, one after the other. Its subscriptions outlive a loss of the
 * connection. Safe for use by many threads.
 */
public interface TransportSubscriber extends AutoCloseable {

	/**
	 * Subscribes to a subject. Where the server does not permit it, it is asked again and
	 * again.
	 * @param subject the subject, which may have wildcards
	 * @param queueGroup the queue group, or {@code null} to receive every message
	 */
	default void subscribe(String subject, @Nullable String queueGroup) {
		subscribe(subject, queueGroup, (permitted) -> {
		});
	}

	/**
	 * Subscribes to a subject. Where the server does not permit it, it is asked again and
	 * again.
	 * @param subject the subject, which may have wildcards
	 * @param queueGroup the queue group, or {@code null} to receive every message
	 * @param listener is told whether the server permits it
	 */
	void subscribe(String subject, @Nullable String queueGroup, PermissionListener listener);

	/**
	 * Subscribes to a subject with a receiver of its own. Where the server does not
	 * permit it, it is asked again and again.
	 * @param subject the subject, which may have wildcards
	 * @param receiver is called on the same thread as the other receivers of this
	 * subscriber
	 * @return ends the subscription
	 */
	Disposable subscribe(String subject, Consumer<TransportMessage> receiver);

	/**
	 * Subscribes to a subject with a receiver of its own, for a while.
	 * @param subject the subject, which may have wildcards
	 * @param receiver is called on the same thread as the other receivers of this
	 * subscriber
	 * @param refused is run when the server does not permit it; must not block
	 * @return ends the subscription
	 */
	Disposable subscribe(String subject, Consumer<TransportMessage> receiver, Runnable refused);

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
