package io.natsproxy.gateway.autoconfigure;

import java.util.EnumMap;
import java.util.Map;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.natsproxy.gateway.RefusalReason;
import io.natsproxy.gateway.RefusalRecorder;

/**
 * Counts refusals in one counter for each reason, which all exist from the start.
 */
final class MeterRefusalRecorder implements RefusalRecorder {

	static final String METER = "natsproxy.gateway.refused";

	private final Map<RefusalReason, Counter> counters = new EnumMap<>(RefusalReason.class);

	MeterRefusalRecorder(MeterRegistry registry) {
		for (RefusalReason reason : RefusalReason.values()) {
			this.counters.put(reason,
					Counter.builder(METER)
						.description("What the gateway has refused by itself")
						.tag("reason", reason.tag())
						.register(registry));
		}
	}

	@Override
	public void refused(RefusalReason reason) {
		Counter counter = this.counters.get(reason);
		if (counter != null) {
			counter.increment();
		}
	}

}
