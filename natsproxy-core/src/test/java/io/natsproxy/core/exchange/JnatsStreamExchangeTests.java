package io.natsproxy.core.exchange;

import io.nats.client.impl.DataPort;
import io.natsproxy.core.transport.jnats.GuardedDataPort;

/**
 * {@link StreamExchangeTests} with the threads and queues of jnats.
 */
class JnatsStreamExchangeTests extends StreamExchangeTests {

	@Override
	DataPort dataPort() {
		return new GuardedDataPort();
	}

}
