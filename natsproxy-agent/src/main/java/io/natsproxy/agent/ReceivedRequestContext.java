package io.natsproxy.agent;

import io.micrometer.observation.transport.RequestReplyReceiverContext;
import io.natsproxy.core.wire.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * The request as it has come, which tells to which trace it belongs. The response is its
 * HTTP status.
 */
final class ReceivedRequestContext extends RequestReplyReceiverContext<RequestHead, Integer> {

	private final ObservedRequest request;

	ReceivedRequestContext(ObservedRequest request) {
		super(ReceivedRequestContext::field);
		setCarrier(request.head());
		this.request = request;
	}

	private static @Nullable String field(RequestHead head, String name) {
		String[] found = new String[1];
		head.headers().forEach((field, values) -> {
			if (found[0] == null && field.equalsIgnoreCase(name) && !values.isEmpty()) {
				found[0] = values.get(0);
			}
		});
		return found[0];
	}

	ObservedRequest request() {
		return this.request;
	}

}
