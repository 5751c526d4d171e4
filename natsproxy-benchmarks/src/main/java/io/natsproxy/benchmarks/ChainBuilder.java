package io.natsproxy.benchmarks;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.benchmarks.load.Target;

/**
 * A chain in the making: addresses first, then the way between both ends, then programs.
 */
final class ChainBuilder {

	private final String name;

	private final Distance distance;

	private final ProcessGroup group;

	private final Map<Role, ChildProcess> processes = new EnumMap<>(Role.class);

	/**
	 * Begins a chain without processes.
	 * @param name its name
	 * @param distance what is between its ends
	 * @param group starts the processes
	 */
	ChainBuilder(String name, Distance distance, ProcessGroup group) {
		this.name = name;
		this.distance = distance;
		this.group = group;
	}

	/**
	 * Returns where a program of the near end may listen for the far end.
	 * @return a free address
	 */
	Address nearAddress() {
		return Address.free().at(this.distance.nearHost());
	}

	/**
	 * Returns where a program of the far end may listen for the near end.
	 * @return a free address
	 */
	Address farAddress() {
		return Address.free().at(this.distance.farHost());
	}

	/**
	 * Returns by which address a program is reached from the other end.
	 * @param address where the program listens
	 * @return the address to connect to
	 */
	Address across(Address address) {
		return this.distance.across(address);
	}

	/**
	 * Makes the way passable, when all addresses across are known.
	 */
	void open() {
		this.processes.putAll(this.distance.open());
	}

	void near(Role role, List<String> command) {
		add(role, this.group.start(processName(role), command));
	}

	void far(Role role, List<String> command) {
		add(role, this.group.start(processName(role), this.distance.atFarEnd(command)));
	}

	void add(Role role, ChildProcess process) {
		this.processes.put(role, process);
	}

	/**
	 * Returns the name of a process of this chain.
	 * @param role what it does
	 * @return a name that no other process has
	 */
	String processName(Role role) {
		return this.name + "-" + role.title();
	}

	/**
	 * Returns the chain, when all of its processes have been started.
	 * @param target where clients connect to
	 * @return the chain
	 */
	Chain build(Target target) {
		return new Chain(this.name, target, this.processes);
	}

}
