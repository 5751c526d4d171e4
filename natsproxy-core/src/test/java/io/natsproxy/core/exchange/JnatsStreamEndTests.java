package io.natsproxy.core.exchange;

import io.nats.client.impl.DataPort;
import io.natsproxy.core.transport.jnats.GuardedDataPort;

/**
 * {@link StreamEndTests} with the threads and queues of jnats.
 */
class JnatsStreamEndTests extends StreamEndTests {

	@Override
	DataPort dataPort() {
		return new GuardedDataPort();
	}

}
