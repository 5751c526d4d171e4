package io.natsproxy.boot.autoconfigure.metrics;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.nats.client.Connection;
import io.natsproxy.core.connection.ConnectionStatistics;
import org.jspecify.annotations.Nullable;

/**
 * Meters {@code natsproxy.connection.*} of the connections to NATS, each with its name as
 * the tag {@code connection}. Of several with one name, the second has {@code -2} behind
 * it, and so on.
 */
public final class ConnectionMetrics implements MeterBinder {

	private static final String PREFIX = "natsproxy.connection.";

	private final Map<String, ConnectionStatistics> connections = new LinkedHashMap<>();

	/**
	 * Creates the meters.
	 * @param connections the connections
	 */
	public ConnectionMetrics(Collection<Connection> connections) {
		connections.forEach((connection) -> this.connections.put(name(connection.getOptions().getConnectionName()),
				new ConnectionStatistics(connection)));
	}

	private String name(@Nullable String wanted) {
		String name = (wanted != null && !wanted.isBlank()) ? wanted : "nats";
		String unique = name;
		for (int i = 2; this.connections.containsKey(unique); i++) {
			unique = name + "-" + i;
		}
		return unique;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.connections.forEach((name, statistics) -> bind(registry, Tags.of("connection", name), statistics));
	}

	private static void bind(MeterRegistry registry, Tags tags, ConnectionStatistics statistics) {
		for (Connection.Status status : Connection.Status.values()) {
			Gauge.builder(PREFIX + "state", statistics, (each) -> (each.status() == status) ? 1 : 0)
				.tags(tags.and("state", status.name().toLowerCase(Locale.ROOT)))
				.description("State of the connection to NATS: 1 for that in which it is")
				.register(registry);
		}
		count(registry, "reconnects", tags, statistics, ConnectionStatistics::reconnects,
				"Times that the connection to NATS has been made anew");
		Gauge.builder(PREFIX + "pending", statistics, ConnectionStatistics::pendingBytes)
			.tags(tags)
			.baseUnit(BaseUnits.BYTES)
			.description("Bytes that wait to be sent to NATS")
			.register(registry);
		bytes(registry, tags.and("direction", "received"), statistics, ConnectionStatistics::receivedBytes);
		bytes(registry, tags.and("direction", "sent"), statistics, ConnectionStatistics::sentBytes);
		count(registry, "slow.consumers", tags, statistics, ConnectionStatistics::slowConsumers,
				"Times that something was too slow for what came from NATS");
		count(registry, "dropped", tags, statistics, ConnectionStatistics::droppedMessages,
				"Messages that jnats has dropped because their dispatcher was too slow");
		TimeGauge.builder(PREFIX + "rtt", statistics, TimeUnit.NANOSECONDS, (each) -> {
			long nanos = each.roundTrip();
			return (nanos >= 0) ? nanos : Double.NaN;
		}).tags(tags).description("Time from a ping of the NATS server to its answer").register(registry);
	}

	private static void bytes(MeterRegistry registry, Iterable<Tag> tags, ConnectionStatistics statistics,
			ToDoubleFunction<ConnectionStatistics> value) {
		FunctionCounter.builder(PREFIX + "bytes", statistics, value)
			.tags(tags)
			.baseUnit(BaseUnits.BYTES)
			.description("Bytes on the connection to NATS")
			.register(registry);
	}

	private static void count(MeterRegistry registry, String name, Iterable<Tag> tags, ConnectionStatistics statistics,
			ToDoubleFunction<ConnectionStatistics> value, String description) {
		FunctionCounter.builder(PREFIX + name, statistics, value)
			.tags(tags)
			.description(description)
			.register(registry);
	}

}
