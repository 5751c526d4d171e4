package io.nats.client.impl;

import java.io.IOException;
import java.net.URISyntaxException;

import io.nats.client.Connection;
import io.nats.client.support.NatsUri;

/**
 * A {@link DataPort} that can be implemented: the interface, though public and named by
 * {@link io.nats.client.Options.Builder#dataPortType(String)}, has methods with a
 * parameter of a type that only this package can name.
 */
public abstract class DataPortBridge implements DataPort {

	@Override
	@Deprecated
	public final void connect(String address, NatsConnection connection, long timeoutNanos) throws IOException {
		try {
			connect(connection, new NatsUri(address), timeoutNanos);
		}
		catch (URISyntaxException ex) {
			throw new IOException(ex);
		}
	}

	@Override
	public final void connect(NatsConnection connection, NatsUri address, long timeoutNanos) throws IOException {
		open(connection, address, timeoutNanos);
	}

	/**
	 * Connects the socket.
	 * @param connection the connection whose socket this is
	 * @param address the address of the server
	 * @param timeoutNanos how long it may take, in nanoseconds
	 * @throws IOException if it cannot be connected
	 */
	protected abstract void open(Connection connection, NatsUri address, long timeoutNanos) throws IOException;

}
