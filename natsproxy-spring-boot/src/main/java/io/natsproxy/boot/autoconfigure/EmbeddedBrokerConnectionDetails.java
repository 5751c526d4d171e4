package io.natsproxy.boot.autoconfigure;

import java.util.List;

import io.natsproxy.broker.EmbeddedNatsBroker;
import org.jspecify.annotations.Nullable;

/**
 * {@link NatsConnectionDetails} of the embedded broker, which must have been started.
 */
class EmbeddedBrokerConnectionDetails implements NatsConnectionDetails {

	private final EmbeddedNatsBroker broker;

	EmbeddedBrokerConnectionDetails(EmbeddedNatsBroker broker) {
		this.broker = broker;
	}

	@Override
	public List<String> getServers() {
		return List.of(this.broker.url());
	}

	@Override
	public @Nullable String getUser() {
		return this.broker.options().user();
	}

	@Override
	public @Nullable String getPassword() {
		return this.broker.options().password();
	}

	@Override
	public @Nullable String getToken() {
		return this.broker.options().token();
	}

}
