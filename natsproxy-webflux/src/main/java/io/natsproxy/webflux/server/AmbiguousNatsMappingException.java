package io.natsproxy.webflux.server;

/**
 * Thrown when two handlers of a service are mapped to the same requests, so that one of
 * them would never be called, or none.
 */
public class AmbiguousNatsMappingException extends RuntimeException {

	AmbiguousNatsMappingException(String route, String first, String second) {
		super(route + " is mapped to two handlers: " + first + " and " + second);
	}

}
