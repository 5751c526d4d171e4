package io.natsproxy.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;

import io.natsproxy.benchmarks.load.Target;

/**
 * Where a program of a chain listens.
 *
 * @param host an IP address
 * @param port the port
 */
record Address(String host, int port) {

	static final String LOOPBACK = "127.0.0.1";

	/**
	 * Returns a port of the loopback interface on which nobody listens.
	 * @return the address
	 */
	static Address free() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
			return new Address(LOOPBACK, socket.getLocalPort());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns the same port of another host.
	 * @param host the host
	 * @return the address
	 */
	Address at(String host) {
		return new Address(host, this.port);
	}

	String http() {
		return "http://" + this.host + ":" + this.port;
	}

	String nats() {
		return "nats://" + this.host + ":" + this.port;
	}

	Target target() {
		return new Target(this.host, this.port);
	}

	/**
	 * Returns the options by which a program of Spring Boot listens here.
	 * @return two options
	 */
	List<String> serverOptions() {
		return List.of("--server.address=" + this.host, "--server.port=" + this.port);
	}

}
