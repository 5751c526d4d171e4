package io.natsproxy.core.discovery;

import java.util.List;

/**
 * The knowledge of a {@link ServiceWatcher}.
 *
 * @param services the instances that are known
 * @param complete whether all have had time to answer, and none has told too much, so
 * that those that are not known cannot be discovered
 * @param wideInterest whether somebody subscribes to everything, so that the server never
 * says that nobody is there for a request
 */
public record KnownServices(List<DiscoveredService> services, boolean complete, boolean wideInterest) {

	/**
	 * Knows nothing yet.
	 */
	public static final KnownServices NONE = new KnownServices(List.of(), false, false);

	public KnownServices {
		services = List.copyOf(services);
	}

}
