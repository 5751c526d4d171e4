package io.natsproxy.benchmarks;

import java.util.List;
import java.util.Map;

/**
 * The network between the near end of a chain, which is the clients, the gateway and the
 * NATS server, and its far end, which is the service, with an agent if there is one.
 * Unless it is overridden, both are on the loopback interface.
 */
interface Distance {

	/**
	 * No distance at all.
	 */
	Distance NONE = new Distance() {

	};

	/**
	 * Returns where a program of the near end listens for the far end.
	 * @return an IP address of the near end
	 */
	default String nearHost() {
		return Address.LOOPBACK;
	}

	/**
	 * Returns where a program of the far end listens for the near end.
	 * @return an IP address of the far end
	 */
	default String farHost() {
		return Address.LOOPBACK;
	}

	/**
	 * Returns by which address a program is reached from the other end. All are asked for
	 * before {@link #open()}.
	 * @param address where the program listens
	 * @return the address to connect to
	 */
	default Address across(Address address) {
		return address;
	}

	/**
	 * Returns how a program is started at the far end.
	 * @param command its command line
	 * @return the command line that starts it there
	 */
	default List<String> atFarEnd(List<String> command) {
		return command;
	}

	/**
	 * Makes the way passable.
	 * @return the processes that this takes
	 * @throws ChainFailedException if it cannot be
	 */
	default Map<Role, ChildProcess> open() {
		return Map.of();
	}

}
