package io.natsproxy.benchmarks;

import io.natsproxy.broker.BrokerOptions;
import io.natsproxy.broker.EmbeddedNatsBroker;

/**
 * The embedded broker in a process of its own, where there is no NATS server.
 */
final class BrokerProgram {

	private BrokerProgram() {
	}

	/**
	 * Runs until the process is ended.
	 * @param args the port
	 * @throws Exception if the port is taken
	 */
	public static void main(String[] args) throws Exception {
		EmbeddedNatsBroker.create(BrokerOptions.builder().port(Integer.parseInt(args[0])).build()).start();
		Thread.currentThread().join();
	}

}
