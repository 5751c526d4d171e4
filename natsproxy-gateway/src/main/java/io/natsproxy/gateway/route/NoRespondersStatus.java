package io.natsproxy.gateway.route;

/**
 * The answer to a client for a path that no service answers.
 */
public enum NoRespondersStatus {

	/**
	 * 404 where all services are known, and none has the path; else 503 with Retry-After.
	 */
	AUTO,

	/**
	 * 503 with Retry-After.
	 */
	SERVICE_UNAVAILABLE,

	/**
	 * 404.
	 */
	NOT_FOUND

}
