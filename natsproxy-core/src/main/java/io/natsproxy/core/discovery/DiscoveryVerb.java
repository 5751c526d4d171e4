package io.natsproxy.core.discovery;

import java.util.Locale;

/**
 * What a service may be asked for.
 */
enum DiscoveryVerb {

	PING, INFO, STATS;

	/**
	 * Returns the type of the answer.
	 */
	String responseType() {
		return "io.nats.micro.v1." + name().toLowerCase(Locale.ROOT) + "_response";
	}

}
