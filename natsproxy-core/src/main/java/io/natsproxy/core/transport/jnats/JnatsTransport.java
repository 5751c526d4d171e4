package io.natsproxy.core.transport.jnats;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.liveness.Heartbeat;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.Denials;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.PermissionListener;
import io.natsproxy.core.transport.ServerErrors;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.TransportSubscriber;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * The transport of any jnats connection: messages go by its own queues and threads. Two
 * transports of the same connection are equal.
 */
public final class JnatsTransport implements NatsTransport {

	/**
	 * Most bytes that may wait to be sent: a server that does not read must not fill the
	 * memory.
	 */
	private static final long MAX_PENDING = 64L * 1024 * 1024;

	private final Connection connection;

	private final Set<JnatsSubscription> subscriptions = ConcurrentHashMap.newKeySet();

	private final Denials denials = new Denials(this, (denial) -> this.subscriptions);

	private volatile long maxPending = MAX_PENDING;

	private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();

	/**
	 * Creates a transport.
	 * @param connection the connection, which need not be connected yet and is not closed
	 * by this object
	 */
	public JnatsTransport(Connection connection) {
		this.connection = connection;
		if (connection.getOptions().getErrorListener() instanceof ServerErrors errors) {
			errors.add(this.denials::onError);
			connection.addConnectionListener((any, event) -> {
				if (event == ConnectionListener.Events.DISCONNECTED) {
					// All are going to be asked for anew.
					this.denials.refusedSubscriptions().reset();
				}
			});
		}
	}

	@Override
	public Disposable onPublishDenied(Consumer<Denial> listener) {
		return this.denials.onPublishDenied(listener);
	}

	@Override
	public List<String> refusedSubscriptions() {
		return this.denials.refusedSubscriptions().subjects();
	}

	@Override
	public boolean isConnected() {
		return this.connection.getStatus() == Connection.Status.CONNECTED;
	}

	@Override
	public boolean isClosed() {
		return this.connection.getStatus() == Connection.Status.CLOSED;
	}

	@Override
	public long maxPayload() {
		return this.connection.getMaxPayload();
	}

	@Override
	public String newInbox() {
		return this.connection.createInbox();
	}

	@Override
	public void publish(String subject, @Nullable String replySubject, @Nullable NatsHeaders headers, byte[] payload) {
		if (this.connection.outgoingPendingBytes() > this.maxPending) {
			throw new IllegalStateException("Too much waits to be sent to NATS");
		}
		this.connection.publish(subject, replySubject, (headers != null) ? toJnats(headers) : null, payload);
	}

	@Override
	public boolean isCrowded() {
		return this.connection.outgoingPendingBytes() > this.maxPending / 2;
	}

	/**
	 * Converts headers to those of jnats.
	 * @param headers the headers
	 * @return the same headers, to which more may be added
	 * @throws IllegalArgumentException if jnats does not take one of them
	 */
	public static Headers toJnats(NatsHeaders headers) {
		Headers converted = new Headers();
		for (int i = 0; i < headers.size(); i++) {
			converted.add(headers.name(i), headers.value(i));
		}
		return converted;
	}

	/**
	 * Converts a message of jnats.
	 * @param message the message
	 * @return the same message
	 */
	public static TransportMessage message(Message message) {
		Headers headers = message.getHeaders();
		NatsHeaders converted = (headers != null && !headers.isEmpty()) ? fromJnats(headers) : null;
		return new TransportMessage(message.getSubject(), message.getReplyTo(), converted,
				message.isStatusMessage() ? message.getStatus().getCode() : 0, message.getData());
	}

	/**
	 * Converts headers of jnats.
	 * @param headers the headers, {@code null} for none
	 * @return the same headers
	 */
	public static NatsHeaders fromJnats(@Nullable Headers headers) {
		NatsHeaders converted = new NatsHeaders();
		if (headers != null) {
			headers.forEach((name, values) -> values.forEach((value) -> converted.append(name, value)));
		}
		return converted;
	}

	@Override
	public TransportSubscriber newSubscriber(Consumer<TransportMessage> receiver) {
		Dispatcher dispatcher = this.connection.createDispatcher((message) -> receiver.accept(message(message)));
		// What is in flight is bounded by the number of exchanges and their windows.
		dispatcher.setPendingLimits(0, 0);
		Subscriber subscriber = new Subscriber(dispatcher, receiver);
		this.subscribers.add(subscriber);
		return subscriber;
	}

	/**
	 * The thread of a dispatcher ends for good with an error.
	 */
	@Override
	public void watchedBy(Heartbeat heartbeat) {
		heartbeat.watch("nats-receiver", () -> this.subscribers.stream().allMatch(Subscriber::isActive));
	}

	@Override
	public boolean flush(Duration timeout) throws InterruptedException {
		return flush(this.connection, timeout);
	}

	/**
	 * Waits until the server has taken all that was published on a connection before.
	 * @param connection the connection
	 * @param timeout how long to wait
	 * @return whether it has, in time
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	public static boolean flush(Connection connection, Duration timeout) throws InterruptedException {
		try {
			connection.flush(timeout);
			return true;
		}
		catch (TimeoutException | IllegalStateException ex) {
			return false;
		}
	}

	/**
	 * Bounds what waits to be sent by a part of the budget: jnats does not tell when a
	 * message has been sent.
	 */
	@Override
	public void budget(ByteBudget budget) {
		this.maxPending = maxPending(budget);
	}

	/**
	 * Returns the most that may wait until jnats sends it.
	 * @param budget the limit on the memory of bodies
	 * @return bytes
	 */
	public static long maxPending(ByteBudget budget) {
		return Math.min(MAX_PENDING, Math.max(1, budget.limit() / 4));
	}

	@Override
	public Connection connection() {
		return this.connection;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof JnatsTransport transport && transport.connection == this.connection;
	}

	@Override
	public int hashCode() {
		return System.identityHashCode(this.connection);
	}

	private final class Subscriber implements TransportSubscriber {

		private final Dispatcher dispatcher;

		private final Consumer<TransportMessage> receiver;

		private final Set<JnatsSubscription> own = ConcurrentHashMap.newKeySet();

		Subscriber(Dispatcher dispatcher, Consumer<TransportMessage> receiver) {
			this.dispatcher = dispatcher;
			this.receiver = receiver;
		}

		@Override
		public void subscribe(String subject, @Nullable String queueGroup, PermissionListener listener) {
			add(subject, queueGroup, this.receiver, true, listener);
		}

		@Override
		public Disposable subscribe(String subject, Consumer<TransportMessage> receiver) {
			return add(subject, null, receiver, true, (permitted) -> {
			});
		}

		@Override
		public Disposable subscribe(String subject, Consumer<TransportMessage> receiver, Runnable refused) {
			return add(subject, null, receiver, false, (permitted) -> refused.run());
		}

		private Disposable add(String subject, @Nullable String queueGroup, Consumer<TransportMessage> receiver,
				boolean standing, PermissionListener listener) {
			JnatsSubscription subscription = new JnatsSubscription(this.dispatcher, subject, queueGroup,
					(message) -> receiver.accept(message(message)), standing, listener);
			this.own.add(subscription);
			JnatsTransport.this.subscriptions.add(subscription);
			subscription.subscribeAgain();
			return () -> {
				forget(subscription);
				if (isActive()) {
					subscription.unsubscribe();
				}
			};
		}

		private void forget(JnatsSubscription subscription) {
			this.own.remove(subscription);
			JnatsTransport.this.subscriptions.remove(subscription);
			JnatsTransport.this.denials.refusedSubscriptions().forget(subscription);
		}

		private boolean isActive() {
			return !isClosed() && this.dispatcher.isActive();
		}

		@Override
		public boolean drain(Duration timeout) throws InterruptedException {
			if (!isActive()) {
				close();
				return true;
			}
			try {
				return isConnected() && this.dispatcher.drain(timeout).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (TimeoutException | ExecutionException ex) {
				return false;
			}
			finally {
				// Or else its subscriptions would come back with the connection.
				close();
			}
		}

		@Override
		public void close() {
			JnatsTransport.this.subscribers.remove(this);
			this.own.forEach(this::forget);
			if (isActive()) {
				JnatsTransport.this.connection.closeDispatcher(this.dispatcher);
			}
		}

	}

}
