package io.natsproxy.benchmarks;

import java.util.List;
import java.util.Map;

import io.natsproxy.benchmarks.load.Target;

/**
 * A gateway, a service, and what is between them. No two chains have a process in common.
 *
 * @param name the name
 * @param target where the clients connect to
 * @param processes its processes
 */
record Chain(String name, Target target, Map<Role, ChildProcess> processes) {

	static final String NATSPROXY = "natsproxy";

	/**
	 * A WebFlux application on NATS beside its HTTP port.
	 */
	static final String WEBFLUX_BESIDE = "webflux-beside";

	/**
	 * A WebFlux application on NATS instead of an HTTP port.
	 */
	static final String WEBFLUX_INSTEAD = "webflux-instead";

	/**
	 * A Spring MVC application on NATS instead of an HTTP port.
	 */
	static final String MVC = "mvc";

	/**
	 * A WebFlux application on an HTTP port that an agent calls.
	 */
	static final String AGENT = "agent";

	/**
	 * The chain that others are compared with.
	 */
	static final String BASELINE = "spring-cloud-gateway";

	/**
	 * Spring Cloud Gateway before the same Spring MVC application.
	 */
	static final String MVC_BASELINE = "spring-cloud-gateway-mvc";

	/**
	 * The WebFlux application without a gateway.
	 */
	static final String DIRECT = "direct";

	/**
	 * The WebFlux application behind nginx.
	 */
	static final String NGINX = "nginx";

	static final String OTHER = "other";

	/**
	 * The chains that run if none are named.
	 */
	static final List<String> DEFAULT = List.of(NATSPROXY, BASELINE);

	/**
	 * The chains that can be named.
	 */
	static final List<String> OURS = List.of(NATSPROXY, WEBFLUX_BESIDE, WEBFLUX_INSTEAD, MVC, AGENT, BASELINE,
			MVC_BASELINE, DIRECT, NGINX);

}
