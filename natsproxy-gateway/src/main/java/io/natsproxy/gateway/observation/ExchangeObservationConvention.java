package io.natsproxy.gateway.observation;

import java.util.Locale;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.natsproxy.core.exchange.NatsExchangeException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/**
 * Names of observations, and keys as Spring has them for calls over HTTP. The path is of
 * high cardinality: a gateway does not know the patterns of services.
 */
final class ExchangeObservationConvention implements ObservationConvention<ExchangeObservationContext> {

	static final String NAME = "nats.client.requests";

	private static final String UNKNOWN = "UNKNOWN";

	@Override
	public String getName() {
		return NAME;
	}

	@Override
	public String getContextualName(ExchangeObservationContext context) {
		return "nats " + method(context).toLowerCase(Locale.ROOT);
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof ExchangeObservationContext;
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(ExchangeObservationContext context) {
		Integer status = status(context);
		return KeyValues.of(KeyValue.of("exception", exception(context)), KeyValue.of("method", method(context)),
				KeyValue.of("outcome", outcome(status)),
				KeyValue.of("status", (status != null) ? status.toString() : UNKNOWN));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(ExchangeObservationContext context) {
		return KeyValues.of("http.url", context.head().path());
	}

	/**
	 * Clients may make up methods.
	 */
	private static String method(ExchangeObservationContext context) {
		return switch (context.head().method()) {
			case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE" -> context.head().method();
			default -> UNKNOWN;
		};
	}

	private static String exception(ExchangeObservationContext context) {
		Throwable error = context.getError();
		if (error instanceof NatsExchangeException ex) {
			return ex.failure().name();
		}
		return (error != null) ? error.getClass().getSimpleName() : context.isCancelled() ? "CANCELLED" : "none";
	}

	private static @Nullable Integer status(ExchangeObservationContext context) {
		return (context.getError() instanceof NatsExchangeException ex) ? Integer.valueOf(ex.status())
				: context.status();
	}

	private static String outcome(@Nullable Integer status) {
		HttpStatus.Series series = (status != null) ? HttpStatus.Series.resolve(status) : null;
		if (series == null) {
			return UNKNOWN;
		}
		return (series == HttpStatus.Series.SUCCESSFUL) ? "SUCCESS" : series.name();
	}

}
