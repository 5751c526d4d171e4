package io.natsproxy.webflux.server;

import java.util.Set;
import java.util.TreeSet;

import io.natsproxy.core.discovery.EndpointTraits;

/**
 * A route of a service, as far as subjects can tell routes apart, and what else is known
 * of it.
 *
 * @param methods the HTTP methods; empty for every method
 * @param pattern the path pattern
 * @param traits what others may be told of it
 */
public record NatsRoute(Set<String> methods, String pattern, EndpointTraits traits) {

	/**
	 * Creates a route of which nothing else is known.
	 * @param methods the HTTP methods; empty for every method
	 * @param pattern the path pattern
	 */
	public NatsRoute(Set<String> methods, String pattern) {
		this(methods, pattern, EndpointTraits.UNKNOWN);
	}

	@Override
	public String toString() {
		return (this.methods.isEmpty() ? "*" : String.join("|", new TreeSet<>(this.methods))) + " " + this.pattern;
	}

}
