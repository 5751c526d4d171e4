package io.natsproxy.gateway.traffic;

/**
 * A route, by which requests are counted.
 *
 * @param method the HTTP method, {@value #OTHER} for those that HTTP does not know
 * @param path the template of its path, {@value #UNKNOWN} where none is known
 */
public record RouteKey(String method, String path) {

	static final String OTHER = "OTHER";

	static final String UNKNOWN = "/**";

	/**
	 * In place of more routes than are counted apart.
	 */
	static final RouteKey REST = new RouteKey(OTHER, UNKNOWN);

}
