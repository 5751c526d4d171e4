package io.natsproxy.agent;

import java.util.List;

import io.micrometer.observation.transport.Propagator;
import io.micrometer.observation.transport.RequestReplySenderContext;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The request as it goes to the upstream, which is told to which trace it belongs. The
 * response is its HTTP status.
 */
final class SentRequestContext extends RequestReplySenderContext<HttpHeaders, Integer> {

	private final ObservedRequest request;

	/**
	 * Creates a context.
	 * @param fields the fields of the request, to which those of the trace are added
	 */
	SentRequestContext(ObservedRequest request, HttpHeaders fields) {
		super(new TraceFields());
		this.request = request;
		setCarrier(fields);
	}

	ObservedRequest request() {
		return this.request;
	}

	/**
	 * Once there are fields of a trace, none of the caller's remain: the upstream might
	 * believe them in place of the agent's.
	 */
	private static final class TraceFields implements Propagator.Setter<HttpHeaders> {

		private static final List<String> OF_CALLERS = List.of("traceparent", "tracestate", "b3", "x-b3-traceid",
				"x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags");

		private boolean begun;

		@Override
		public void set(@Nullable HttpHeaders fields, String name, String value) {
			if (fields == null) {
				return;
			}
			if (!this.begun) {
				this.begun = true;
				OF_CALLERS.forEach(fields::remove);
			}
			fields.set(name, value);
		}

	}

}
