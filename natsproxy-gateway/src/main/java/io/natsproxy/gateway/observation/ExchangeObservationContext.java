package io.natsproxy.gateway.observation;

import io.micrometer.observation.transport.RequestReplySenderContext;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.gateway.route.KnownRoute;
import org.jspecify.annotations.Nullable;

/**
 * The knowledge of an exchange while it is observed. The response is its HTTP status,
 * {@code null} until there is one.
 */
public final class ExchangeObservationContext extends RequestReplySenderContext<TraceFields, Integer> {

	private final RequestHead head;

	private final @Nullable KnownRoute route;

	private boolean cancelled;

	ExchangeObservationContext(RequestHead head, @Nullable KnownRoute route) {
		super((fields, name, value) -> {
			if (fields != null) {
				fields.set(name, value);
			}
		});
		TraceFields fields = new TraceFields(head.headers());
		setCarrier(fields);
		this.route = route;
		this.head = new RequestHead(head.method(), head.target(), head.timeout(), fields, head.socket());
	}

	/**
	 * Returns the head of the request.
	 * @return the head, with the header fields of the trace
	 */
	public RequestHead head() {
		return this.head;
	}

	/**
	 * Returns the route of the request.
	 * @return the route, or {@code null} if it is not known
	 */
	public @Nullable KnownRoute route() {
		return this.route;
	}

	/**
	 * Returns the status of the response.
	 * @return the HTTP status, or {@code null} when there was none
	 */
	public @Nullable Integer status() {
		return getResponse();
	}

	/**
	 * Returns whether the client has gone away before there was a response.
	 * @return whether it has
	 */
	public boolean isCancelled() {
		return this.cancelled;
	}

	void cancelled() {
		this.cancelled = true;
	}

}
