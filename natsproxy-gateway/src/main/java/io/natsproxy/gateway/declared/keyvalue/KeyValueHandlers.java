package io.natsproxy.gateway.declared.keyvalue;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.jetstream.KeyValueBuckets;
import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.declared.RouteHandler;
import io.natsproxy.gateway.declared.RouteHandlerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the handlers of {@link KeyValueTarget}s.
 */
public final class KeyValueHandlers implements RouteHandlerFactory {

	private final KeyValueBuckets buckets;

	private final NatsCaller caller;

	/**
	 * Creates the factory.
	 * @param buckets has the buckets; not closed by this object
	 * @param caller has the limits; not closed by this object
	 */
	public KeyValueHandlers(KeyValueBuckets buckets, NatsCaller caller) {
		this.buckets = buckets;
		this.caller = caller;
	}

	@Override
	public @Nullable RouteHandler create(NatsRoute route) {
		if (!(route.target() instanceof KeyValueTarget target)) {
			return null;
		}
		String pattern = route.path().getPatternString();
		boolean open = pattern.endsWith("/**") || pattern.substring(pattern.lastIndexOf('/') + 1).startsWith("{*");
		if (target.key() == null && !open) {
			throw new IllegalArgumentException("Route '" + route
					+ "': the path ends with '/**', in whose place there is the key, or else there is a template 'key'");
		}
		KeyReader reader = new KeyReader(target, this.buckets, this.caller.budget());
		return new KeyValueHandler(target, reader, new KeyWriter(target, this.buckets, this.caller));
	}

}
