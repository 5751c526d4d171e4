package io.natsproxy.gateway.declared.jetstream;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.jetstream.StreamPublisher;
import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.declared.RouteHandler;
import io.natsproxy.gateway.declared.RouteHandlerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the handlers of {@link JetStreamTarget}s.
 */
public final class JetStreamHandlers implements RouteHandlerFactory {

	private final StreamPublisher publisher;

	private final NatsCaller caller;

	private final IdempotencyMemory memory = new IdempotencyMemory();

	/**
	 * Creates the factory.
	 * @param publisher publishes; not closed by this object
	 * @param caller has the limits; not closed by this object
	 */
	public JetStreamHandlers(StreamPublisher publisher, NatsCaller caller) {
		this.publisher = publisher;
		this.caller = caller;
	}

	@Override
	public @Nullable RouteHandler create(NatsRoute route) {
		return (route.target() instanceof JetStreamTarget target)
				? new JetStreamHandler(target, route.toString(), this.publisher, this.caller, this.memory) : null;
	}

}
