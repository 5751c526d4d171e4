package io.natsproxy.boot.autoconfigure.metrics;

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.WebSocketStatistics;

/**
 * Meters {@code natsproxy.websockets.*} of WebSockets and their groups, with the tag
 * {@code side} as {@link ExchangeMetrics} have it.
 */
public final class WebSocketMetrics implements MeterBinder {

	private static final String NAME = "natsproxy.websockets.";

	private static final String CLIENT = "client";

	private static final String SERVICE = "service";

	private final NatsExchanges exchanges;

	/**
	 * Creates the meters.
	 * @param exchanges has the counts
	 */
	public WebSocketMetrics(NatsExchanges exchanges) {
		this.exchanges = exchanges;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		WebSocketStatistics clients = this.exchanges.callerStatistics().webSockets();
		bind(registry, ExchangeMetrics.CALLER, clients);
		messages(registry, ExchangeMetrics.CALLER.and("to", CLIENT), clients, WebSocketStatistics::receivedMessages,
				WebSocketStatistics::receivedBytes);
		messages(registry, ExchangeMetrics.CALLER.and("to", SERVICE), clients, WebSocketStatistics::sentMessages,
				WebSocketStatistics::sentBytes);
		groups(registry, clients);
		WebSocketStatistics handled = this.exchanges.listenerStatistics().webSockets();
		bind(registry, ExchangeMetrics.SERVICE, handled);
		messages(registry, ExchangeMetrics.SERVICE.and("to", CLIENT), handled, WebSocketStatistics::sentMessages,
				WebSocketStatistics::sentBytes);
		messages(registry, ExchangeMetrics.SERVICE.and("to", SERVICE), handled, WebSocketStatistics::receivedMessages,
				WebSocketStatistics::receivedBytes);
	}

	private static void bind(MeterRegistry registry, Tags side, WebSocketStatistics statistics) {
		Gauge.builder(NAME + "open", statistics, WebSocketStatistics::open)
			.tags(side)
			.description("WebSockets that are open")
			.register(registry);
		for (String code : WebSocketStatistics.codes()) {
			FunctionCounter.builder(NAME + "closed", statistics, (each) -> each.closed(code))
				.tags(side.and("code", code))
				.description("WebSockets that have been closed")
				.register(registry);
		}
	}

	private static void messages(MeterRegistry registry, Tags tags, WebSocketStatistics statistics,
			ToDoubleFunction<WebSocketStatistics> messages, ToDoubleFunction<WebSocketStatistics> bytes) {
		FunctionCounter.builder(NAME + "messages", statistics, messages)
			.tags(tags)
			.description("Messages of WebSockets, without pings and pongs")
			.register(registry);
		FunctionCounter.builder(NAME + "bytes", statistics, bytes)
			.tags(tags)
			.baseUnit(BaseUnits.BYTES)
			.description("Bytes of the messages of WebSockets")
			.register(registry);
	}

	private static void groups(MeterRegistry registry, WebSocketStatistics statistics) {
		Gauge.builder(NAME + "groups", statistics, WebSocketStatistics::groups)
			.description("Groups of which WebSockets are members here")
			.register(registry);
		groupMessages(registry, "taken", statistics, WebSocketStatistics::groupMessages);
		groupMessages(registry, "dropped", statistics, WebSocketStatistics::groupDrops);
	}

	private static void groupMessages(MeterRegistry registry, String result, WebSocketStatistics statistics,
			ToDoubleFunction<WebSocketStatistics> value) {
		FunctionCounter.builder(NAME + "group.messages", statistics, value)
			.tags("result", result)
			.description("Messages to groups that have come")
			.register(registry);
	}

}
