package io.natsproxy.gateway.autoconfigure;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.natsproxy.gateway.access.AccessLog;

/**
 * The meter of the access log.
 */
public final class AccessLogMetrics implements MeterBinder {

	private final AccessLog log;

	/**
	 * Creates the meter.
	 * @param log the access log
	 */
	public AccessLogMetrics(AccessLog log) {
		this.log = log;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		FunctionCounter.builder("natsproxy.gateway.access.log.dropped", this.log, AccessLog::dropped)
			.description("Lines of the access log that have been left out")
			.register(registry);
	}

}
