package io.natsproxy.core.transport;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

import io.natsproxy.core.liveness.Uncaught;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;

/**
 * The way of denials to those whom they concern on a transport. Safe for use by many
 * threads.
 */
public final class Denials {

	private static final Logger logger = LoggerFactory.getLogger(Denials.class);

	private final Function<Denial, ? extends Collection<? extends TransportSubscription>> subscriptions;

	private final RefusedSubscriptions refused;

	private final List<Consumer<Denial>> listeners = new CopyOnWriteArrayList<>();

	/**
	 * Creates the object.
	 * @param transport the transport
	 * @param subscriptions returns, as a copy, those subscriptions among which are all
	 * that the server does not permit
	 */
	public Denials(NatsTransport transport,
			Function<Denial, ? extends Collection<? extends TransportSubscription>> subscriptions) {
		this.subscriptions = subscriptions;
		this.refused = new RefusedSubscriptions(transport);
	}

	/**
	 * Adds a listener.
	 * @param listener is told of each message that may not be published
	 * @return removes it
	 */
	public Disposable onPublishDenied(Consumer<Denial> listener) {
		// One that can be removed even where another is equal to it.
		Consumer<Denial> own = (denial) -> listener.accept(denial);
		this.listeners.add(own);
		return () -> this.listeners.remove(own);
	}

	/**
	 * Returns the subscriptions that are refused.
	 * @return the subscriptions, which are asked for again
	 */
	public RefusedSubscriptions refusedSubscriptions() {
		return this.refused;
	}

	/**
	 * Takes an error of the server.
	 * @param error its text
	 */
	public void onError(String error) {
		Denial denial = Denial.of(error);
		if (denial == null) {
			return;
		}
		if (denial.kind() == Denial.Kind.PUBLISH) {
			this.listeners.forEach((listener) -> run(() -> listener.accept(denial)));
		}
		else if (denial.subject() == null) {
			this.refused.tooMany();
		}
		else {
			for (TransportSubscription subscription : this.subscriptions.apply(denial)) {
				if (subscription.isDenied(denial)) {
					run(() -> refuse(subscription));
				}
			}
		}
	}

	private void refuse(TransportSubscription subscription) {
		if (subscription.isStanding()) {
			this.refused.refused(subscription);
		}
		else {
			subscription.onPermission(false);
		}
	}

	private static void run(Runnable task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			Uncaught.report(logger, "What is not permitted could not be ended", ex);
		}
	}

}
