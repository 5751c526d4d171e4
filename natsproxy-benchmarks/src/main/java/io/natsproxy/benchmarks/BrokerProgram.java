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
	 * @param args the IP address and the port
	 * @throws Exception if the port is taken
	 */
	public static void main(String[] args) throws Exception {
		BrokerOptions options = BrokerOptions.builder().host(args[0]).port(Integer.parseInt(args[1])).build();
		EmbeddedNatsBroker.create(options).start();
		Thread.currentThread().join();
	}

}
