package io.natsproxy.core.transport;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.support.Status;
import io.natsproxy.core.transport.jnats.JnatsTransport;
import org.jspecify.annotations.Nullable;

/**
 * The error listener of a connection whose messages go through jnats: hands all on to the
 * one that was there before, and errors of the server to the {@link JnatsTransport}s of
 * the connection too.
 */
public final class ServerErrors implements ErrorListener {

	private final ErrorListener next;

	private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

	/**
	 * Creates a listener.
	 * @param next the listener that was there before
	 */
	public ServerErrors(ErrorListener next) {
		this.next = next;
	}

	public void add(Consumer<String> listener) {
		this.listeners.add(listener);
	}

	@Override
	public void errorOccurred(@Nullable Connection connection, String error) {
		this.next.errorOccurred(connection, error);
		this.listeners.forEach((listener) -> listener.accept(error));
	}

	@Override
	public void exceptionOccurred(@Nullable Connection connection, Exception exception) {
		this.next.exceptionOccurred(connection, exception);
	}

	@Override
	public void slowConsumerDetected(@Nullable Connection connection, io.nats.client.Consumer consumer) {
		this.next.slowConsumerDetected(connection, consumer);
	}

	@Override
	public void messageDiscarded(@Nullable Connection connection, Message message) {
		this.next.messageDiscarded(connection, message);
	}

	@Override
	public void heartbeatAlarm(@Nullable Connection connection, JetStreamSubscription subscription,
			long lastStreamSequence, long lastConsumerSequence) {
		this.next.heartbeatAlarm(connection, subscription, lastStreamSequence, lastConsumerSequence);
	}

	@Override
	public void unhandledStatus(@Nullable Connection connection, JetStreamSubscription subscription, Status status) {
		this.next.unhandledStatus(connection, subscription, status);
	}

	@Override
	public void pullStatusWarning(@Nullable Connection connection, JetStreamSubscription subscription, Status status) {
		this.next.pullStatusWarning(connection, subscription, status);
	}

	@Override
	public void pullStatusError(@Nullable Connection connection, JetStreamSubscription subscription, Status status) {
		this.next.pullStatusError(connection, subscription, status);
	}

	@Override
	public void flowControlProcessed(@Nullable Connection connection, JetStreamSubscription subscription,
			String subject, FlowControlSource source) {
		this.next.flowControlProcessed(connection, subscription, subject, source);
	}

	@Override
	public void socketWriteTimeout(@Nullable Connection connection) {
		this.next.socketWriteTimeout(connection);
	}

}
