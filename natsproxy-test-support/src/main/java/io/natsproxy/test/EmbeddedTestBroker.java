package io.natsproxy.test;

import java.util.OptionalInt;

import io.natsproxy.broker.EmbeddedNatsBroker;

/**
 * The embedded broker.
 */
final class EmbeddedTestBroker implements TestBroker {

	private final EmbeddedNatsBroker broker = EmbeddedNatsBroker.create().start();

	@Override
	public String url() {
		return this.broker.url();
	}

	@Override
	public void stop() {
		this.broker.stop();
	}

	@Override
	public void restart() {
		this.broker.stop();
		this.broker.start();
	}

	@Override
	public OptionalInt subscriptions() {
		return OptionalInt.of(this.broker.statistics().subscriptions());
	}

	@Override
	public void close() {
		this.broker.close();
	}

}
