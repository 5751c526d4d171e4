package io.natsproxy.core.liveness;

/**
 * The owner of threads whose work nobody else can take over, so that a heartbeat has to
 * watch them.
 */
@FunctionalInterface
public interface Watched {

	/**
	 * Tells a heartbeat what to watch; called once, before it begins to beat.
	 * @param heartbeat watches
	 */
	void watchedBy(Heartbeat heartbeat);

}
