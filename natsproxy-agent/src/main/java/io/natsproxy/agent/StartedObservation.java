package io.natsproxy.agent;

import io.micrometer.observation.Observation;
import io.natsproxy.core.exchange.listener.ExchangeOutcome;
import io.natsproxy.core.liveness.Uncaught;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request while it is observed. Ends once, when both the exchange with the caller and
 * what is under way to the upstream have, after which nothing counts any more. Safe for
 * use by many threads.
 */
final class StartedObservation implements RequestObservation {

	private static final Logger logger = LoggerFactory.getLogger(StartedObservation.class);

	private final AgentObservations observations;

	private final ObservedRequest request;

	private final Observation received;

	/**
	 * The request on its way to the upstream, the last time that it went. Guarded by this
	 * object, like what follows.
	 */
	private @Nullable Observation sent;

	private boolean passed;

	private boolean ended;

	StartedObservation(AgentObservations observations, ObservedRequest request, Observation received) {
		this.observations = observations;
		this.request = request;
		this.received = received;
	}

	@Override
	public synchronized void sending(HttpHeaders fields) {
		Observation former = this.sent;
		this.sent = null;
		if (former != null) {
			stop(former, null);
		}
		if (!this.ended) {
			this.sent = this.observations.startSent(this.request, fields, this.received);
		}
	}

	@Override
	public synchronized void failed(Throwable failure, int status) {
		if (!this.ended) {
			this.request.failure(failure, status);
		}
	}

	/**
	 * The exchange with the caller has ended.
	 */
	synchronized void answered(ExchangeOutcome outcome, int status) {
		if (!this.request.hasEnded()) {
			this.request.ended(outcome, status);
			endIfComplete();
		}
	}

	@Override
	public synchronized void passed() {
		this.passed = true;
		endIfComplete();
	}

	private void endIfComplete() {
		if (this.ended || !this.passed || !this.request.hasEnded()) {
			return;
		}
		this.ended = true;
		Throwable failure = this.request.failure();
		Observation sent = this.sent;
		this.sent = null;
		if (sent != null) {
			stop(sent, failure);
		}
		stop(this.received, failure);
	}

	/**
	 * Throws nothing: whoever ends an observation has more to do.
	 */
	private static void stop(Observation observation, @Nullable Throwable failure) {
		try {
			try {
				if (failure != null) {
					observation.error(failure);
				}
			}
			finally {
				observation.stop();
			}
		}
		catch (Throwable ex) {
			Uncaught.report(logger, "The end of a request could not be observed", ex);
		}
	}

}
