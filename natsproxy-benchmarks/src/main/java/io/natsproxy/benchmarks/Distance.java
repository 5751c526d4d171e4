package io.natsproxy.benchmarks;

import java.util.List;
import java.util.Map;

/**
 * The network between the near end of a chain, which is the clients, the gateway and the
 * NATS server, and its far end, which is the service, with an agent if there is one.
 */
interface Distance {

	/**
	 * Both ends are on the loopback interface.
	 */
	Distance NONE = new Distance() {

		@Override
		public String nearHost() {
			return Address.LOOPBACK;
		}

		@Override
		public String farHost() {
			return Address.LOOPBACK;
		}

		@Override
		public Address across(Address address) {
			return address;
		}

		@Override
		public List<String> atFarEnd(List<String> command) {
			return command;
		}

		@Override
		public Map<Role, ChildProcess> open() {
			return Map.of();
		}

	};

	/**
	 * Returns where a program of the near end listens for the far end.
	 * @return an IP address of the near end
	 */
	String nearHost();

	/**
	 * Returns where a program of the far end listens for the near end.
	 * @return an IP address of the far end
	 */
	String farHost();

	/**
	 * Returns by which address a program is reached from the other end. All are asked for
	 * before {@link #open()}.
	 * @param address where the program listens
	 * @return the address to connect to
	 */
	Address across(Address address);

	/**
	 * Returns how a program is started at the far end.
	 * @param command its command line
	 * @return the command line that starts it there
	 */
	List<String> atFarEnd(List<String> command);

	/**
	 * Makes the way passable.
	 * @return the processes that this takes
	 * @throws ChainFailedException if it cannot be
	 */
	Map<Role, ChildProcess> open();

}
