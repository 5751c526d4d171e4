package io.natsproxy.core.exchange;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.nats.client.Connection;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.liveness.Heartbeat;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.TransportSubscriber;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * A transport that has no memory to publish some messages, or for a subscription, or
 * where too much waits to be sent.
 */
final class FailingTransport implements NatsTransport {

	private final NatsTransport transport;

	private final AtomicInteger failures = new AtomicInteger();

	private volatile Predicate<@Nullable NatsHeaders> failing = (headers) -> false;

	private volatile Predicate<String> failingSubscriptions = (subject) -> false;

	private volatile Predicate<String> waiting = (subject) -> false;

	private final AtomicInteger subscribers = new AtomicInteger();

	private volatile Map<Executor, NatsTransport> siblings = Map.of();

	FailingTransport(NatsTransport transport) {
		this.transport = transport;
	}

	/**
	 * Fails at messages that are no frames.
	 */
	void failAtHeads() {
		this.failing = (headers) -> frame(headers).isEmpty();
	}

	/**
	 * Fails at frames of a kind.
	 */
	void failAt(String kind) {
		this.failing = (headers) -> frame(headers).startsWith(kind);
	}

	/**
	 * Fails at subscriptions to some subjects.
	 */
	void failAtSubscriptionTo(Predicate<String> subjects) {
		this.failingSubscriptions = subjects;
	}

	/**
	 * Refuses what is published to some subjects, as if too much waited to be sent.
	 */
	void refuse(Predicate<String> subjects) {
		this.waiting = subjects;
	}

	private static String frame(@Nullable NatsHeaders headers) {
		String frame = (headers != null) ? headers.getFirst(WireProtocol.FRAME_HEADER) : null;
		return (frame != null) ? frame : "";
	}

	/**
	 * Returns how many messages were not published.
	 */
	int failures() {
		return this.failures.get();
	}

	@Override
	public void publish(String subject, @Nullable String replySubject, @Nullable NatsHeaders headers, byte[] payload) {
		if (this.failing.test(headers)) {
			this.failures.incrementAndGet();
			throw new OutOfMemoryError("test");
		}
		if (this.waiting.test(subject)) {
			this.failures.incrementAndGet();
			throw new IllegalStateException("Too much waits to be sent to NATS");
		}
		this.transport.publish(subject, replySubject, headers, payload);
	}

	@Override
	public boolean isConnected() {
		return this.transport.isConnected();
	}

	@Override
	public boolean isClosed() {
		return this.transport.isClosed();
	}

	@Override
	public boolean isCrowded() {
		return this.transport.isCrowded();
	}

	@Override
	public long maxPayload() {
		return this.transport.maxPayload();
	}

	@Override
	public String newInbox() {
		return this.transport.newInbox();
	}

	/**
	 * Returns how many subscribers are not closed.
	 */
	int subscribers() {
		return this.subscribers.get();
	}

	void siblings(Map<Executor, NatsTransport> siblings) {
		this.siblings = siblings;
	}

	@Override
	public Map<Executor, NatsTransport> siblings() {
		return this.siblings;
	}

	@Override
	public TransportSubscriber newSubscriber(Consumer<TransportMessage> receiver) {
		TransportSubscriber subscriber = this.transport.newSubscriber(receiver);
		this.subscribers.incrementAndGet();
		return (TransportSubscriber) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { TransportSubscriber.class }, (proxy, method, args) -> {
					if (method.getName().equals("subscribe") && this.failingSubscriptions.test((String) args[0])) {
						throw new OutOfMemoryError("test");
					}
					if (method.getName().equals("close")) {
						this.subscribers.decrementAndGet();
					}
					try {
						return method.invoke(subscriber, args);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

	@Override
	public boolean flush(Duration timeout) throws InterruptedException {
		return this.transport.flush(timeout);
	}

	@Override
	public void budget(ByteBudget budget) {
		this.transport.budget(budget);
	}

	@Override
	public Disposable onPublishDenied(Consumer<Denial> listener) {
		return this.transport.onPublishDenied(listener);
	}

	@Override
	public List<String> refusedSubscriptions() {
		return this.transport.refusedSubscriptions();
	}

	@Override
	public Connection connection() {
		return this.transport.connection();
	}

	@Override
	public void watchedBy(Heartbeat heartbeat) {
		this.transport.watchedBy(heartbeat);
	}

}
