package io.natsproxy.broker;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * What is asserted of the embedded broker and of a real server alike.
 */
@Timeout(60)
abstract class ServerContract {

	static final String CONNECT = "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"no_responders\":true}\r\n";

	private final TestServer.Starter starter;

	private final List<AutoCloseable> opened = new ArrayList<>();

	private TestServer server;

	ServerContract(TestServer.Starter starter) {
		this.starter = starter;
	}

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable closeable : this.opened) {
			closeable.close();
		}
		if (this.server != null) {
			this.server.close();
		}
	}

	/**
	 * Starts the server with other options than the defaults.
	 */
	void serverWith(BrokerOptions.Builder options) {
		this.server = this.starter.start(options.build());
	}

	/**
	 * Open a connection without saying anything.
	 */
	RawClient open() {
		return open(0);
	}

	RawClient open(int receiveBuffer) {
		if (this.server == null) {
			serverWith(BrokerOptions.builder());
		}
		RawClient client = new RawClient(this.server.port(), receiveBuffer);
		this.opened.add(client);
		return client;
	}

	/**
	 * Open a connection with {@link #CONNECT}.
	 */
	RawClient connect() {
		return open().send(CONNECT);
	}

	static String error(String text) {
		return "-ERR '" + text + "'\r\n";
	}

	static String fatal(String text) {
		return error(text) + RawClient.CLOSED;
	}

}
