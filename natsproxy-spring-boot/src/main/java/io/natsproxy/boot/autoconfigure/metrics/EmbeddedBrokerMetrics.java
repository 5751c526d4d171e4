package io.natsproxy.boot.autoconfigure.metrics;

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.natsproxy.broker.BrokerStatistics;
import io.natsproxy.broker.EmbeddedNatsBroker;

/**
 * Meters {@code natsproxy.broker.*} of the embedded broker.
 */
public final class EmbeddedBrokerMetrics implements MeterBinder {

	private static final String PREFIX = "natsproxy.broker.";

	private final EmbeddedNatsBroker broker;

	/**
	 * Creates the meters.
	 * @param broker the broker
	 */
	public EmbeddedBrokerMetrics(EmbeddedNatsBroker broker) {
		this.broker = broker;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		gauge("connections", BrokerStatistics::connections)
			.description("Clients that are connected to the embedded broker")
			.register(registry);
		gauge("subscriptions", BrokerStatistics::subscriptions).description("Subscriptions at the embedded broker")
			.register(registry);
		gauge("pending", BrokerStatistics::pendingBytes).baseUnit(BaseUnits.BYTES)
			.description("Bytes that clients of the embedded broker have not yet taken")
			.register(registry);
		counter("accepted", BrokerStatistics::totalConnections)
			.description("Connections that the embedded broker has accepted")
			.register(registry);
		counter("messages", BrokerStatistics::inMessages).tag("direction", "received")
			.description("Messages through the embedded broker")
			.register(registry);
		counter("messages", BrokerStatistics::outMessages).tag("direction", "sent")
			.description("Messages through the embedded broker")
			.register(registry);
		counter("bytes", BrokerStatistics::inBytes).tag("direction", "received")
			.baseUnit(BaseUnits.BYTES)
			.description("Headers and payloads through the embedded broker")
			.register(registry);
		counter("bytes", BrokerStatistics::outBytes).tag("direction", "sent")
			.baseUnit(BaseUnits.BYTES)
			.description("Headers and payloads through the embedded broker")
			.register(registry);
		counter("slow.consumers", BrokerStatistics::slowConsumers)
			.description("Clients that the embedded broker has cut off because they did not read")
			.register(registry);
	}

	private Gauge.Builder<EmbeddedNatsBroker> gauge(String name, ToDoubleFunction<BrokerStatistics> value) {
		return Gauge.builder(PREFIX + name, this.broker, (broker) -> value.applyAsDouble(broker.statistics()));
	}

	private FunctionCounter.Builder<EmbeddedNatsBroker> counter(String name, ToDoubleFunction<BrokerStatistics> value) {
		return FunctionCounter.builder(PREFIX + name, this.broker,
				(broker) -> value.applyAsDouble(broker.statistics()));
	}

}
