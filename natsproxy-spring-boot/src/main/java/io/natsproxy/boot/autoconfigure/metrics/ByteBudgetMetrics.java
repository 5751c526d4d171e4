package io.natsproxy.boot.autoconfigure.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.natsproxy.core.memory.ByteBudget;

/**
 * Gauges of the memory of bodies: {@code natsproxy.memory.used}, the most that has been
 * used at once ({@code .peak}), the {@code .limit}, and the number of bodies that wait
 * for some ({@code .waiting}).
 */
public final class ByteBudgetMetrics implements MeterBinder {

	private final ByteBudget budget;

	/**
	 * Creates the gauges.
	 * @param budget the budget
	 */
	public ByteBudgetMetrics(ByteBudget budget) {
		this.budget = budget;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("natsproxy.memory.used", this.budget, ByteBudget::used)
			.baseUnit(BaseUnits.BYTES)
			.description("Memory that bodies take")
			.register(registry);
		Gauge.builder("natsproxy.memory.peak", this.budget, ByteBudget::peak)
			.baseUnit(BaseUnits.BYTES)
			.description("Most memory that bodies have taken at once")
			.register(registry);
		Gauge.builder("natsproxy.memory.limit", this.budget, ByteBudget::limit)
			.baseUnit(BaseUnits.BYTES)
			.description("Most memory that bodies may take")
			.register(registry);
		Gauge.builder("natsproxy.memory.waiting", this.budget, ByteBudget::waiting)
			.description("Bodies and streams that wait for memory")
			.register(registry);
	}

}
