package io.natsproxy.core.discovery;

import io.natsproxy.core.transport.jnats.GuardedDataPort;

/**
 * The same over a connection whose messages go through jnats.
 */
class JnatsDiscoverableServiceTests extends DiscoverableServiceTests {

	@Override
	String dataPort() {
		return GuardedDataPort.class.getName();
	}

}
