package io.natsproxy.core.subscription;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

import io.natsproxy.core.connection.ConnectionStatistics;
import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.TransportSubscriber;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Subscriptions to subjects, one for each, which begin with the first listener and end
 * with the last. Safe for use by many threads.
 *
 * @param <E> what messages are made into, once for all listeners
 */
public final class SharedSubscriptions<E> implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SharedSubscriptions.class);

	private static final Duration CONFIRMED_WITHIN = Duration.ofSeconds(5);

	private final NatsTransport transport;

	private final TransportSubscriber subscriber;

	private final ConnectionStatistics connection;

	private final Function<TransportMessage, E> reader;

	/**
	 * The subscriptions by their subjects. Changed while an entry is computed only, so
	 * that none ends while somebody joins it.
	 */
	private final ConcurrentHashMap<String, Shared> subscriptions = new ConcurrentHashMap<>();

	/**
	 * Those who wait until the server has their subscriptions. Guarded by itself, like
	 * the next field.
	 */
	private final List<Sinks.Empty<Void>> unconfirmed = new ArrayList<>();

	private boolean confirming;

	/**
	 * Creates the object, which subscribes to nothing yet.
	 * @param exchanges has the connection; not closed by this object
	 * @param reader makes events of messages, on the thread on which those arrive
	 */
	public SharedSubscriptions(NatsExchanges exchanges, Function<TransportMessage, E> reader) {
		this.transport = exchanges.transport();
		this.connection = new ConnectionStatistics(this.transport.connection());
		this.reader = reader;
		this.subscriber = this.transport.newSubscriber((message) -> {
		});
	}

	/**
	 * Joins the subscription to a subject.
	 * @param subject the subject, which may have wildcards
	 * @param listener gets its messages from then on
	 * @return leaves it; given when the server has the subscription, so that whatever is
	 * published afterwards is received. Fails where there is no connection, or the server
	 * does not permit it: then the listener has left.
	 */
	public Mono<Disposable> join(String subject, SubscriptionListener<E> listener) {
		return Mono.defer(() -> {
			if (!this.transport.isConnected()) {
				return Mono.error(NatsExchangeException.disconnected());
			}
			Shared shared = this.subscriptions.compute(subject, (key, current) -> {
				Shared joined = (current != null) ? current : new Shared(key);
				joined.listeners.add(listener);
				return joined;
			});
			Disposable membership = () -> leave(shared, listener);
			return shared.confirmed.thenReturn(membership)
				.doOnError((ex) -> membership.dispose())
				.doOnCancel(membership::dispose);
		});
	}

	/**
	 * Returns what completes when the server has taken what was subscribed to before.
	 */
	private Mono<Void> confirmation() {
		Sinks.Empty<Void> confirmation = Sinks.empty();
		synchronized (this.unconfirmed) {
			this.unconfirmed.add(confirmation);
			if (this.confirming) {
				return confirmation.asMono();
			}
			this.confirming = true;
		}
		try {
			Schedulers.boundedElastic().schedule(this::confirm);
		}
		catch (RejectedExecutionException ex) {
			confirm();
		}
		return confirmation.asMono();
	}

	/**
	 * Asks the server, once at a time for all that have come meanwhile: jnats gives a
	 * connection up on which several pings are unanswered.
	 */
	private void confirm() {
		for (List<Sinks.Empty<Void>> next = nextUnconfirmed(); !next.isEmpty(); next = nextUnconfirmed()) {
			NatsExchangeException failure = flush();
			for (Sinks.Empty<Void> confirmation : next) {
				if (failure != null) {
					confirmation.tryEmitError(failure);
				}
				else {
					confirmation.tryEmitEmpty();
				}
			}
		}
	}

	private List<Sinks.Empty<Void>> nextUnconfirmed() {
		synchronized (this.unconfirmed) {
			List<Sinks.Empty<Void>> next = List.copyOf(this.unconfirmed);
			this.unconfirmed.clear();
			this.confirming = !next.isEmpty();
			return next;
		}
	}

	private @Nullable NatsExchangeException flush() {
		try {
			if (this.transport.flush(CONFIRMED_WITHIN)) {
				return null;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return new NatsExchangeException(ExchangeFailure.REPLY_TIMEOUT,
				"NATS has not confirmed the subscription in time");
	}

	private void leave(Shared shared, SubscriptionListener<E> listener) {
		this.subscriptions.computeIfPresent(shared.subject, (key, current) -> {
			shared.listeners.remove(listener);
			if (current != shared || !shared.listeners.isEmpty()) {
				return current;
			}
			shared.subscription.dispose();
			return null;
		});
	}

	/**
	 * Tells listeners of an interruption after which no message has come yet.
	 */
	public void tellInterruptions() {
		if (this.transport.isConnected()) {
			this.subscriptions.values().forEach(Shared::tellInterruption);
		}
	}

	/**
	 * Returns the number of subscriptions.
	 * @return the number of subjects that somebody listens to
	 */
	public int size() {
		return this.subscriptions.size();
	}

	/**
	 * Ends all subscriptions. Listeners are not told.
	 */
	@Override
	public void close() {
		this.subscriber.close();
	}

	/**
	 * One subscription.
	 */
	private final class Shared {

		private final String subject;

		private final Set<SubscriptionListener<E>> listeners = ConcurrentHashMap.newKeySet();

		private final Disposable subscription;

		private final Mono<Void> confirmed;

		private volatile boolean refused;

		/**
		 * Guarded by this object.
		 */
		private long reconnects = SharedSubscriptions.this.connection.reconnects();

		Shared(String subject) {
			this.subject = subject;
			this.subscription = SharedSubscriptions.this.subscriber.subscribe(subject, this::onMessage,
					this::onRefused);
			this.confirmed = confirmation()
				.then(Mono.defer(() -> this.refused ? Mono.error(notPermitted()) : Mono.empty()));
		}

		private NatsExchangeException notPermitted() {
			return NatsExchangeException.told(ExchangeFailure.NOT_PERMITTED, ExchangeFailure.NOT_PERMITTED.status(),
					"The subject may not be subscribed to", this.subject);
		}

		private void onMessage(TransportMessage message) {
			tellInterruption();
			E event = SharedSubscriptions.this.reader.apply(message);
			for (SubscriptionListener<E> listener : this.listeners) {
				run(() -> listener.onEvent(event));
			}
		}

		private void tellInterruption() {
			long now = SharedSubscriptions.this.connection.reconnects();
			synchronized (this) {
				if (now == this.reconnects) {
					return;
				}
				this.reconnects = now;
			}
			this.listeners.forEach((listener) -> run(listener::onInterruption));
		}

		private void onRefused() {
			this.refused = true;
			SharedSubscriptions.this.subscriptions.remove(this.subject, this);
			this.subscription.dispose();
			this.listeners.forEach((listener) -> run(listener::onRefused));
		}

		private void run(Runnable task) {
			try {
				task.run();
			}
			catch (Throwable ex) {
				Uncaught.report(logger, "A message could not be passed on", ex);
			}
		}

	}

}
