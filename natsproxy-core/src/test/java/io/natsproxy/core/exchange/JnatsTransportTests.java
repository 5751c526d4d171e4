package io.natsproxy.core.exchange;

import io.nats.client.Connection;
import io.nats.client.impl.DataPort;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.jnats.GuardedDataPort;
import io.natsproxy.core.transport.jnats.JnatsTransport;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.websocket.gateway.GatewayWebSockets;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Several {@code NatsExchanges} of one connection, each with a transport of jnats.
 */
class JnatsTransportTests extends AbstractExchangeTests {

	@Override
	DataPort dataPort() {
		return new GuardedDataPort();
	}

	@Test
	void transportsOfOneConnectionAreEqual() {
		NatsTransport transport = new JnatsTransport(this.callerConnection);
		assertThat(this.callerSide.transport()).isInstanceOf(JnatsTransport.class)
			.isEqualTo(transport)
			.hasSameHashCodeAs(transport)
			.isNotEqualTo(this.serviceSide.transport())
			.isNotEqualTo(null);
	}

	@Test
	void webSocketsTakeACallerOfOtherExchangesOnTheirConnection() {
		assertTaken(this.callerConnection);
		assertThatIllegalArgumentException().isThrownBy(() -> assertTaken(this.serviceConnection))
			.withMessageContaining("on the same Connection");
	}

	private void assertTaken(Connection connection) {
		NatsExchanges others = new NatsExchanges(connection, "");
		try (NatsCaller caller = new NatsCaller(others, NatsCallerOptions.DEFAULTS);
				GatewayWebSockets gateway = new GatewayWebSockets(this.callerSide, caller,
						NatsWebSocketOptions.DEFAULTS)) {
			assertThat(gateway.ids()).hasSize(1);
		}
		finally {
			others.close();
		}
	}

}
