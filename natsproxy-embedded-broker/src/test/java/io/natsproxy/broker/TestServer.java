package io.natsproxy.broker;

/**
 * A server under test. Closing it stops it, and fails if it left something behind.
 */
interface TestServer extends AutoCloseable {

	int port();

	@Override
	void close();

	/**
	 * Starts servers with given options; host and port are the starter's choice.
	 */
	interface Starter {

		TestServer start(BrokerOptions options);

	}

}
