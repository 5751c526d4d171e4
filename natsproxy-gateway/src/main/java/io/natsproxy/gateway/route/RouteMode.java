package io.natsproxy.gateway.route;

/**
 * The paths that clients reach.
 */
public enum RouteMode {

	/**
	 * Every path: what no service has declared is asked for on the bus.
	 */
	OPEN,

	/**
	 * Those that services have declared. All others are refused before a body is read.
	 */
	DISCOVERED

}
