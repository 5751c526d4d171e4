package io.natsproxy.boot.autoconfigure.metrics;

import java.util.EnumSet;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.ExchangeStatistics;
import io.natsproxy.core.exchange.ExchangeStatistics.End;
import io.natsproxy.core.exchange.NatsExchanges;

/**
 * Meters {@code natsproxy.exchanges.*} of the exchanges on a connection: those of
 * callers, a gateway among them, with the tag {@code side=caller}, those of services, an
 * agent among them, with {@code side=service}.
 */
public final class ExchangeMetrics implements MeterBinder {

	static final Tags CALLER = Tags.of("side", "caller");

	static final Tags SERVICE = Tags.of("side", "service");

	private static final String NAME = "natsproxy.exchanges";

	private final NatsExchanges exchanges;

	/**
	 * Creates the meters.
	 * @param exchanges has the counts
	 */
	public ExchangeMetrics(NatsExchanges exchanges) {
		this.exchanges = exchanges;
	}

	/**
	 * Returns the value of a tag for a constant.
	 */
	static String tag(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		ExchangeStatistics calls = this.exchanges.callerStatistics().exchanges();
		bind(registry, CALLER, calls);
		for (End end : EnumSet.of(End.ANSWERED, End.CANCELLED, End.BROKEN)) {
			count(registry, CALLER, end, calls);
		}
		for (ExchangeFailure failure : ExchangeFailure.values()) {
			FunctionCounter.builder(NAME, calls, (statistics) -> statistics.failures(failure))
				.tags(CALLER.and("outcome", tag(failure)))
				.description("Exchanges that have ended")
				.register(registry);
		}
		ExchangeStatistics handled = this.exchanges.listenerStatistics().exchanges();
		bind(registry, SERVICE, handled);
		for (End end : End.values()) {
			count(registry, SERVICE, end, handled);
		}
	}

	private static void count(MeterRegistry registry, Tags side, End end, ExchangeStatistics statistics) {
		FunctionCounter.builder(NAME, statistics, (each) -> each.ends(end))
			.tags(side.and("outcome", tag(end)))
			.description("Exchanges that have ended")
			.register(registry);
	}

	private static void bind(MeterRegistry registry, Tags side, ExchangeStatistics statistics) {
		Gauge.builder(NAME + ".active", statistics, ExchangeStatistics::active)
			.tags(side)
			.description("Exchanges that have begun and not ended, streams among them")
			.register(registry);
		FunctionTimer
			.builder(NAME + ".head", statistics, ExchangeStatistics::heads, ExchangeStatistics::headNanos,
					TimeUnit.NANOSECONDS)
			.tags(side)
			.description("Time from the beginning of an exchange to the head of its response")
			.register(registry);
		FunctionTimer
			.builder(NAME + ".end", statistics, ExchangeStatistics::ended, ExchangeStatistics::endNanos,
					TimeUnit.NANOSECONDS)
			.tags(side)
			.description("Time from the beginning of an exchange to its end, in whatever way")
			.register(registry);
		bytes(registry, side.and("body", "request"), statistics, ExchangeStatistics::requestBytes);
		bytes(registry, side.and("body", "response"), statistics, ExchangeStatistics::responseBytes);
	}

	private static void bytes(MeterRegistry registry, Tags tags, ExchangeStatistics statistics,
			ToDoubleFunction<ExchangeStatistics> value) {
		FunctionCounter.builder(NAME + ".bytes", statistics, value)
			.tags(tags)
			.baseUnit(BaseUnits.BYTES)
			.description("Bytes of bodies")
			.register(registry);
	}

}
