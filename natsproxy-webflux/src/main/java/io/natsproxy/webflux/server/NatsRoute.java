package io.natsproxy.webflux.server;

import java.util.Set;
import java.util.TreeSet;

/**
 * A route of a service, as far as subjects can tell routes apart.
 *
 * @param methods the HTTP methods; empty for every method
 * @param pattern the path pattern
 */
public record NatsRoute(Set<String> methods, String pattern) {

	@Override
	public String toString() {
		return (this.methods.isEmpty() ? "*" : String.join("|", new TreeSet<>(this.methods))) + " " + this.pattern;
	}

}
