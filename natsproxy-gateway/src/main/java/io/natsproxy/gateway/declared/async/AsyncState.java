package io.natsproxy.gateway.declared.async;

import io.natsproxy.core.exchange.caller.NatsReply;
import org.jspecify.annotations.Nullable;

/**
 * What has become of a request.
 *
 * @param reply its reply; {@code null} while that has not come
 */
record AsyncState(@Nullable NatsReply reply) {

	static final AsyncState PENDING = new AsyncState(null);

	boolean isPending() {
		return this.reply == null;
	}

}
