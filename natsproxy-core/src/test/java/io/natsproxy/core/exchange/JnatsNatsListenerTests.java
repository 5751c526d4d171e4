package io.natsproxy.core.exchange;

import io.nats.client.impl.DataPort;
import io.natsproxy.core.transport.jnats.GuardedDataPort;

/**
 * {@link NatsListenerTests} with the threads and queues of jnats.
 */
class JnatsNatsListenerTests extends NatsListenerTests {

	@Override
	DataPort dataPort() {
		return new GuardedDataPort();
	}

}
