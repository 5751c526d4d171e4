package io.natsproxy.core.exchange;

import io.nats.client.impl.DataPort;
import io.natsproxy.core.transport.jnats.GuardedDataPort;

/**
 * {@link NatsCallerTests} with the threads and queues of jnats.
 */
class JnatsNatsCallerTests extends NatsCallerTests {

	@Override
	DataPort dataPort() {
		return new GuardedDataPort();
	}

}
