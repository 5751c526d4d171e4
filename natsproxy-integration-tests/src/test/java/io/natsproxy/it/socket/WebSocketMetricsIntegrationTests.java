package io.natsproxy.it.socket;

import java.util.Map;

import io.micrometer.core.instrument.MeterRegistry;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.webflux.websocket.NatsWebSockets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Gateway and service count the same WebSockets and messages.
 */
@Timeout(60)
class WebSocketMetricsIntegrationTests {

	@RegisterExtension
	static SocketChain chain = new SocketChain();

	private static Map<String, TestApplication> sides() {
		return Map.of("caller", chain.gateway(), "service", chain.service());
	}

	private static double value(String side, String name, String... tags) {
		return sides().get(side)
			.bean(MeterRegistry.class)
			.get("natsproxy.websockets." + name)
			.tag("side", side)
			.tags(tags)
			.meter()
			.measure()
			.iterator()
			.next()
			.getValue();
	}

	private static void awaitMore(double before, double more, String side, String name, String... tags) {
		SocketChain.await().untilAsserted(() -> assertThat(value(side, name, tags) - before).isEqualTo(more));
	}

	@Test
	void bothSidesCountWhatGoesBothWays() {
		for (String side : sides().keySet()) {
			double open = value(side, "open");
			double toService = value(side, "messages", "to", "service");
			double toServiceBytes = value(side, "bytes", "to", "service");
			double toClient = value(side, "messages", "to", "client");
			double toClientBytes = value(side, "bytes", "to", "client");
			double closed = value(side, "closed", "code", "4xxx");
			try (SocketPair pair = chain.open()) {
				assertThat(value(side, "open") - open).isOne();
				pair.client().text("öne").binary(new byte[50_000]);
				pair.service().next();
				pair.service().next();
				awaitMore(toService, 2, side, "messages", "to", "service");
				awaitMore(toServiceBytes, 50_004, side, "bytes", "to", "service");
				pair.service().sendText("answer");
				assertThat(pair.client().readText()).isEqualTo("answer");
				awaitMore(toClient, 1, side, "messages", "to", "client");
				awaitMore(toClientBytes, 6, side, "bytes", "to", "client");
				pair.client().close(4001, "done");
				awaitMore(closed, 1, side, "closed", "code", "4xxx");
			}
			awaitMore(open, 0, side, "open");
		}
	}

	@Test
	void handshakesThatAreRefusedAreNoWebSockets() {
		double open = value("caller", "open");
		RawWebSocketClient.handshake(chain.port(), "/ws/nobody");
		assertThat(value("caller", "open")).isEqualTo(open);
	}

	@Test
	void groupsAndTheirMessagesAreCounted() {
		MeterRegistry gateway = chain.gateway().bean(MeterRegistry.class);
		double taken = gateway.get("natsproxy.websockets.group.messages")
			.tag("result", "taken")
			.functionCounter()
			.count();
		double toClient = value("caller", "messages", "to", "client");
		NatsWebSockets sockets = chain.service().bean(NatsWebSockets.class);
		try (SocketPair pair = chain.open()) {
			assertThat(sockets.join(pair.service().id(), "counted").block()).isTrue();
			assertThat(gateway.get("natsproxy.websockets.groups").gauge().value()).isOne();
			sockets.broadcastText("counted", "Hello").block();
			assertThat(pair.client().readText()).isEqualTo("Hello");
			assertThat(
					gateway.get("natsproxy.websockets.group.messages").tag("result", "taken").functionCounter().count()
							- taken)
				.isOne();
			awaitMore(toClient, 1, "caller", "messages", "to", "client");
		}
		SocketChain.await()
			.untilAsserted(() -> assertThat(gateway.get("natsproxy.websockets.groups").gauge().value()).isZero());
	}

}
