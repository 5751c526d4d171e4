package io.natsproxy.core.liveness;

/**
 * Has threads whose work nobody else can take over, and lets a heartbeat watch them.
 */
@FunctionalInterface
public interface Watched {

	/**
	 * Tells a heartbeat what to watch; called once, before it begins to beat.
	 * @param heartbeat watches
	 */
	void watchedBy(Heartbeat heartbeat);

}
