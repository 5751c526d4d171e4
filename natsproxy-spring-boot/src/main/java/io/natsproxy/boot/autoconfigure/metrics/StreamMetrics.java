package io.natsproxy.boot.autoconfigure.metrics;

import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.StreamStatistics;

/**
 * Meters {@code natsproxy.streams.*} of the exchanges of which a body is a stream, with
 * the tag {@code side} as {@link ExchangeMetrics} have it.
 */
public final class StreamMetrics implements MeterBinder {

	private static final String NAME = "natsproxy.streams";

	private final NatsExchanges exchanges;

	/**
	 * Creates the meters.
	 * @param exchanges has the counts
	 */
	public StreamMetrics(NatsExchanges exchanges) {
		this.exchanges = exchanges;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		bind(registry, ExchangeMetrics.CALLER, this.exchanges.callerStatistics().streams());
		bind(registry, ExchangeMetrics.SERVICE, this.exchanges.listenerStatistics().streams());
	}

	private static void bind(MeterRegistry registry, Tags side, StreamStatistics statistics) {
		for (StreamStatistics.End end : StreamStatistics.End.values()) {
			FunctionCounter.builder(NAME, statistics, (each) -> each.ends(end))
				.tags(side.and("end", ExchangeMetrics.tag(end)))
				.description("Exchanges with a streamed body that have ended")
				.register(registry);
		}
		Gauge.builder(NAME + ".open", statistics, StreamStatistics::open)
			.tags(side)
			.description("Exchanges with a streamed body")
			.register(registry);
		Gauge.builder(NAME + ".stalled", statistics, StreamStatistics::waiting)
			.tags(side)
			.description("Bodies that are sent and wait for credit")
			.register(registry);
		FunctionTimer
			.builder(NAME + ".stall", statistics, StreamStatistics::stalls, StreamStatistics::stalledNanos,
					TimeUnit.NANOSECONDS)
			.tags(side)
			.description("Time for which a body that is sent has waited for credit")
			.register(registry);
	}

}
