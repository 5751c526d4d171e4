package io.natsproxy.gateway.traffic;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Tells to which trace a request belongs.
 */
@FunctionalInterface
public interface TraceIds {

	/**
	 * Reads what the client has sent (W3C Trace Context, section 3.2), which services get
	 * as it is where the gateway has no tracing of its own.
	 */
	TraceIds OF_CLIENTS = new TraceIds() {

		private static final Pattern TRACEPARENT = Pattern
			.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

		@Override
		public @Nullable String of(ServerHttpRequest request, ContextView context) {
			String value = request.getHeaders().getFirst("traceparent");
			if (value == null || value.length() > 256) {
				return null;
			}
			Matcher matcher = TRACEPARENT.matcher(value);
			return matcher.matches() ? matcher.group(1) : null;
		}

	};

	/**
	 * Returns the id of the trace of a request.
	 * @param request the request
	 * @param context the context in which it is handled
	 * @return the id, or {@code null} if it belongs to none
	 */
	@Nullable String of(ServerHttpRequest request, ContextView context);

}
