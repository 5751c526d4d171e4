package io.natsproxy.agent;

import java.util.Locale;
import java.util.function.Function;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

import org.springframework.http.HttpStatus;

/**
 * The name of observations, and keys as Spring has them for requests over HTTP, with the
 * upstream in place of a pattern. Immutable.
 *
 * @param <T> the type of the context
 */
final class RequestConvention<T extends Observation.Context> implements ObservationConvention<T> {

	private static final String UNKNOWN = "UNKNOWN";

	private final String name;

	private final String verb;

	private final Class<T> type;

	private final Function<T, ObservedRequest> request;

	/**
	 * Creates a convention.
	 * @param name the name of the observations
	 * @param verb begins their names in traces
	 * @param request returns what a context is about
	 */
	RequestConvention(String name, String verb, Class<T> type, Function<T, ObservedRequest> request) {
		this.name = name;
		this.verb = verb;
		this.type = type;
		this.request = request;
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public String getContextualName(T context) {
		ObservedRequest request = this.request.apply(context);
		return this.verb + " " + method(request).toLowerCase(Locale.ROOT) + " " + request.upstream();
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return this.type.isInstance(context);
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(T context) {
		ObservedRequest request = this.request.apply(context);
		int status = request.status();
		return KeyValues.of(KeyValue.of("upstream", request.upstream()), KeyValue.of("method", method(request)),
				KeyValue.of("status", (status > 0) ? Integer.toString(status) : UNKNOWN),
				KeyValue.of("outcome", outcome(status)), KeyValue.of("exception", exception(request)));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(T context) {
		return KeyValues.of("http.url", this.request.apply(context).head().path());
	}

	/**
	 * Callers may make up methods.
	 */
	private static String method(ObservedRequest request) {
		return switch (request.head().method()) {
			case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE" -> request.head().method();
			default -> UNKNOWN;
		};
	}

	private static String exception(ObservedRequest request) {
		if (request.isCancelled()) {
			return "CANCELLED";
		}
		Throwable failure = request.failure();
		return (failure != null) ? failure.getClass().getSimpleName() : request.isBroken() ? "BROKEN" : "none";
	}

	private static String outcome(int status) {
		HttpStatus.Series series = HttpStatus.Series.resolve(status);
		if (series == null) {
			return UNKNOWN;
		}
		return (series == HttpStatus.Series.SUCCESSFUL) ? "SUCCESS" : series.name();
	}

}
