package io.natsproxy.gateway.headers;

import java.util.function.Predicate;

/**
 * The fields of a client's request that go on to services as they are.
 */
public final class PassedOnFields {

	/**
	 * Fields in which Netty tells of the frames of HTTP/2 that a request has come in.
	 */
	private static final String HTTP2 = "X-Http2-";

	private static final String ORIGIN = "Origin";

	private static final String PREFLIGHT = "Access-Control-Request-";

	private PassedOnFields() {
	}

	/**
	 * Returns the fields.
	 * @param judgesOrigins whether the gateway alone judges the origins of requests, so
	 * that services do not learn of them
	 * @return whether a field of this name goes on
	 */
	public static Predicate<String> of(boolean judgesOrigins) {
		return judgesOrigins ? (name) -> isPassedOn(name) && !isAboutOrigin(name) : PassedOnFields::isPassedOn;
	}

	private static boolean isPassedOn(String name) {
		return ForwardedHeaders.isPassedOn(name) && !startsWith(name, HTTP2);
	}

	private static boolean isAboutOrigin(String name) {
		return name.equalsIgnoreCase(ORIGIN) || startsWith(name, PREFLIGHT);
	}

	private static boolean startsWith(String name, String prefix) {
		return name.regionMatches(true, 0, prefix, 0, prefix.length());
	}

}
