package io.natsproxy.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import com.sun.tools.attach.VirtualMachine;
import com.sun.tools.attach.VirtualMachineDescriptor;

/**
 * The probes of all JVMs of all chains, but for relays, which are no part of what is
 * measured.
 */
final class JvmProbes implements AutoCloseable {

	private final Map<ChildProcess, List<JvmProbe>> probes = new HashMap<>();

	/**
	 * Attaches to all JVMs among the processes of chains, and those that they have
	 * started.
	 * @param chains the chains
	 */
	JvmProbes(List<Chain> chains) {
		Set<String> machines = VirtualMachine.list()
			.stream()
			.map(VirtualMachineDescriptor::id)
			.collect(Collectors.toUnmodifiableSet());
		for (Chain chain : chains) {
			chain.processes().forEach((role, process) -> {
				if (role != Role.RELAY) {
					this.probes.put(process, attach(process, machines));
				}
			});
		}
	}

	private static List<JvmProbe> attach(ChildProcess process, Set<String> machines) {
		return process.pids().filter(machines::contains).map(JvmProbe::attach).filter(Objects::nonNull).toList();
	}

	/**
	 * Returns the probes of a process.
	 * @param process the process
	 * @return its probes; none if it is no JVM
	 */
	List<JvmProbe> of(ChildProcess process) {
		return this.probes.getOrDefault(process, List.of());
	}

	@Override
	public void close() {
		this.probes.values().forEach((probes) -> probes.forEach(JvmProbe::close));
	}

}
