package io.natsproxy.core.exchange;

import io.nats.client.impl.DataPort;
import io.natsproxy.core.transport.jnats.GuardedDataPort;

/**
 * {@link ProcessingNoticeTests} with the threads and queues of jnats.
 */
class JnatsProcessingNoticeTests extends ProcessingNoticeTests {

	@Override
	DataPort dataPort() {
		return new GuardedDataPort();
	}

}
