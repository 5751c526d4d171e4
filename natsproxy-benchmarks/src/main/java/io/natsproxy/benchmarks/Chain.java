package io.natsproxy.benchmarks;

import java.util.List;
import java.util.Map;

import io.natsproxy.benchmarks.load.Target;

/**
 * A gateway, a service, and what is between them.
 *
 * @param name the name
 * @param target where the gateway listens
 * @param processes its processes
 */
record Chain(String name, Target target, Map<Role, ChildProcess> processes) {

	static final String NATSPROXY = "natsproxy";

	/**
	 * The chain that others are compared with.
	 */
	static final String BASELINE = "spring-cloud-gateway";

	static final String OTHER = "other";

	static final List<String> OURS = List.of(NATSPROXY, BASELINE);

}
