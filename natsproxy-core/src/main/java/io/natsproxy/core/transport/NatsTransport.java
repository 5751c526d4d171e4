package io.natsproxy.core.transport;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.liveness.Watched;
import io.natsproxy.core.memory.ByteBudget;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * The data plane of a {@link Connection}: messages to a NATS server and back. jnats does
 * everything else (logging in, TLS, reconnecting). Safe for use by many threads.
 */
public interface NatsTransport extends Watched {

	/**
	 * Returns whether a message that is published now can be sent.
	 * @return whether there is a connection
	 */
	boolean isConnected();

	/**
	 * Returns whether what is published now is likely to be answered: there is a
	 * connection, and no doubt about the server at its other end.
	 * @return whether to prefer this transport to one of which that cannot be said
	 */
	default boolean isResponsive() {
		return isConnected();
	}

	/**
	 * Returns whether the connection has been closed for good.
	 * @return whether it has
	 */
	boolean isClosed();

	/**
	 * Returns the length of the longest message, its headers included.
	 * @return bytes that the server takes in one message
	 */
	long maxPayload();

	/**
	 * Makes a new private subject.
	 * @return a subject that nobody can guess, under the prefix of the connection
	 */
	String newInbox();

	/**
	 * Publishes a message. One thread's messages are sent in their order.
	 * @param subject the subject, without spaces
	 * @param replySubject where an answer goes, or {@code null}
	 * @param headers the headers, or {@code null}; must not be changed afterwards
	 * @param payload the payload, which must not be changed afterwards
	 * @throws IllegalStateException if there is no connection, or too much waits to be
	 * sent
	 * @throws IllegalArgumentException if a subject is malformed
	 */
	void publish(String subject, @Nullable String replySubject, @Nullable NatsHeaders headers, byte[] payload);

	/**
	 * Makes a receiver of messages.
	 * @param receiver is called for the messages of all subscriptions of the subscriber,
	 * one after the other and in the order in which they arrive, on a thread that it must
	 * not block
	 * @return the subscriber, to be closed by its owner
	 */
	TransportSubscriber newSubscriber(Consumer<TransportMessage> receiver);

	/**
	 * Returns what runs tasks on the thread that receives the messages of all
	 * subscribers.
	 * @return the executor, or {@code null} if there is no such thread
	 */
	default @Nullable Executor receiving() {
		return null;
	}

	/**
	 * Waits until the server has taken all that was published and subscribed before. Not
	 * for threads that receive.
	 * @param timeout how long to wait
	 * @return whether it has, in time
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	boolean flush(Duration timeout) throws InterruptedException;

	/**
	 * Tells of what the server does not permit to be published: it says so some time
	 * after, and nothing fails by itself.
	 * @param listener is told of each such message, on a thread that it must not block;
	 * never, where the connection is not one of {@code NatsConnector}
	 * @return ends it
	 */
	Disposable onPublishDenied(Consumer<Denial> listener);

	/**
	 * Returns the standing subscriptions that the server does not permit.
	 * @return their subjects, empty if all is well
	 */
	List<String> refusedSubscriptions();

	/**
	 * Returns the transports of further connections to the same servers. What is to be
	 * handed over on one of these executors takes the shortest way by its transport.
	 * @return the transports, by the executors that are best served by them; an executor
	 * that is missing is best served by this transport
	 */
	default Map<Executor, NatsTransport> siblings() {
		return Map.of();
	}

	/**
	 * Sets the budget from which the transport, and its siblings, reserve what waits to
	 * be sent.
	 * @param budget the budget of the process
	 */
	void budget(ByteBudget budget);

	/**
	 * Returns the connection.
	 * @return the connection behind this transport
	 */
	Connection connection();

}
