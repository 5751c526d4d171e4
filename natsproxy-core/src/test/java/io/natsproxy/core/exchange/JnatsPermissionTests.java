package io.natsproxy.core.exchange;

import io.nats.client.impl.DataPort;
import io.natsproxy.core.transport.jnats.GuardedDataPort;

/**
 * The same where messages go by the queues and threads of jnats.
 */
class JnatsPermissionTests extends PermissionTests {

	@Override
	DataPort dataPort() {
		return new GuardedDataPort();
	}

}
