package io.natsproxy.boot.test.autoconfigure;

import java.util.List;

import io.natsproxy.boot.autoconfigure.NatsConnectionDetails;
import io.natsproxy.broker.BrokerOptions;
import io.natsproxy.broker.EmbeddedNatsBroker;

/**
 * {@link NatsConnectionDetails} of a broker that is started with the first context that
 * connects to it, and ends with the JVM.
 */
class SharedBrokerConnectionDetails implements NatsConnectionDetails {

	@Override
	public List<String> getServers() {
		return List.of(SharedBroker.instance.url());
	}

	/**
	 * The broker of this JVM.
	 */
	private static final class SharedBroker {

		private static final EmbeddedNatsBroker instance = start();

		private static EmbeddedNatsBroker start() {
			EmbeddedNatsBroker broker = EmbeddedNatsBroker.create(BrokerOptions.builder().port(0).build());
			broker.start();
			return broker;
		}

	}

}
