package io.natsproxy.it.socket;

import io.natsproxy.it.support.TestApplication;

/**
 * Both ends of a WebSocket.
 *
 * @param client the end of the client
 * @param service the end of the service
 */
record SocketPair(RawWebSocketClient client, ServiceSocket service) implements AutoCloseable {

	static SocketPair open(int port, TestApplication service, String query, String... headers) {
		return open(port, 0, service, query, headers);
	}

	/**
	 * Opens a WebSocket on a connection that buffers little.
	 */
	static SocketPair open(int port, int bufferSize, TestApplication service, String query, String... headers) {
		String name = SocketChain.newName();
		RawWebSocketClient client = RawWebSocketClient.open(port, bufferSize, "/ws/probe/" + name + query, headers);
		try {
			return new SocketPair(client, service.bean(SocketProbes.class).await(name));
		}
		catch (Error ex) {
			client.close();
			throw ex;
		}
	}

	@Override
	public void close() {
		this.client.close();
	}

}
