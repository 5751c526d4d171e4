package io.natsproxy.gateway.observation;

import java.util.Locale;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.gateway.route.KnownRoute;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/**
 * Names of observations, and keys as Spring has them for calls over HTTP. Route and
 * service are known where the service has told them.
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
		String name = "nats " + method(context).toLowerCase(Locale.ROOT);
		String uri = uri(context);
		return uri.equals(UNKNOWN) ? name : name + " " + uri;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof ExchangeObservationContext;
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(ExchangeObservationContext context) {
		Integer status = status(context);
		return KeyValues.of(KeyValue.of("exception", exception(context)), KeyValue.of("method", method(context)),
				KeyValue.of("outcome", outcome(status)), KeyValue.of("service", service(context)),
				KeyValue.of("status", (status != null) ? status.toString() : UNKNOWN),
				KeyValue.of("uri", uri(context)));
	}

	private static String uri(ExchangeObservationContext context) {
		KnownRoute route = context.route();
		String uri = (route != null) ? route.uriTag() : null;
		return (uri != null) ? uri : UNKNOWN;
	}

	private static String service(ExchangeObservationContext context) {
		KnownRoute route = context.route();
		String service = (route != null) ? route.serviceTag() : null;
		return (service != null) ? service : UNKNOWN;
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
