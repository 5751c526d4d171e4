package io.natsproxy.agent;

import io.micrometer.observation.Observation;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * One request while it is observed. Ends once, after which nothing counts any more. Safe
 * for use by many threads.
 */
final class RequestObservation {

	/**
	 * Observes nothing.
	 */
	static final RequestObservation NONE = new RequestObservation();

	private final @Nullable AgentObservations observations;

	private final @Nullable ObservedRequest request;

	private final @Nullable Observation received;

	/**
	 * The request on its way to the upstream, the last time that it went. Guarded by this
	 * object, like what follows.
	 */
	private @Nullable Observation sent;

	private boolean ended;

	private RequestObservation() {
		this.observations = null;
		this.request = null;
		this.received = null;
	}

	RequestObservation(AgentObservations observations, ObservedRequest request, Observation received) {
		this.observations = observations;
		this.request = request;
		this.received = received;
	}

	/**
	 * The request goes to the upstream, perhaps once more.
	 * @param fields its fields, to which those of the trace are added
	 */
	void sending(HttpHeaders fields) {
		if (this.observations == null || this.request == null || this.received == null) {
			return;
		}
		synchronized (this) {
			stopSent();
			this.sent = this.ended ? null : this.observations.startSent(this.request, fields, this.received);
		}
	}

	/**
	 * The caller gets this status, unless it gets another one later.
	 */
	void status(int status) {
		if (this.request != null) {
			this.request.status(status);
		}
	}

	/**
	 * Something has gone wrong between the agent and the upstream.
	 */
	void failed(Throwable failure) {
		if (this.request == null || this.received == null) {
			return;
		}
		synchronized (this) {
			if (this.ended) {
				return;
			}
			this.request.failure(failure);
			this.received.error(failure);
			if (this.sent != null) {
				this.sent.error(failure);
			}
		}
	}

	/**
	 * The caller has not waited for the end.
	 */
	void cancelled() {
		if (this.request != null) {
			this.request.cancelled();
		}
	}

	void end() {
		if (this.received == null) {
			return;
		}
		synchronized (this) {
			if (!this.ended) {
				this.ended = true;
				stopSent();
				this.received.stop();
			}
		}
	}

	private void stopSent() {
		if (this.sent != null) {
			this.sent.stop();
			this.sent = null;
		}
	}

}
