package io.natsproxy.boot.autoconfigure;

import io.nats.client.Options;

/**
 * Changes the options of the auto-configured connection, as a bean. Customizers are
 * called in their order, after properties and connection details have been applied, once
 * and before the connection is made. A connection listener that is set here is called in
 * addition to ours.
 */
@FunctionalInterface
public interface NatsOptionsCustomizer {

	/**
	 * Changes the options.
	 * @param options the options so far
	 */
	void customize(Options.Builder options);

}
