package io.natsproxy.gateway;

import java.util.List;

import io.natsproxy.core.format.FormatCall;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.webflux.path.PathCondition;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * The formats in which requests go out: nothing in a request tells what the service
 * behind its path understands.
 *
 * @param byPath formats by path; the first whose condition is met counts
 * @param otherwise the format of all others; {@code null} for natsproxy's own
 */
public record GatewayFormats(List<PathFormat> byPath, @Nullable MessageFormat otherwise) {

	/**
	 * Natsproxy's own format for all paths.
	 */
	public static final GatewayFormats NATIVE = new GatewayFormats(List.of(), null);

	public GatewayFormats {
		byPath = List.copyOf(byPath);
	}

	/**
	 * Returns whether every request goes out in natsproxy's own format.
	 * @return whether there is no other
	 */
	public boolean isNative() {
		return this.byPath.isEmpty() && this.otherwise == null;
	}

	/**
	 * Returns how a request goes out in another format.
	 * @param request the request
	 * @return the call, or {@code null} for natsproxy's own format
	 */
	public @Nullable FormatCall of(ServerHttpRequest request) {
		MessageFormat format = format(request);
		return (format != null) ? new FormatCall(format, request.getRemoteAddress()) : null;
	}

	private @Nullable MessageFormat format(ServerHttpRequest request) {
		for (PathFormat each : this.byPath) {
			if (each.path().matches(request.getPath())) {
				return each.format();
			}
		}
		return this.otherwise;
	}

	/**
	 * The format of some paths.
	 *
	 * @param path the condition
	 * @param format the format; {@code null} for natsproxy's own
	 */
	public record PathFormat(PathCondition path, @Nullable MessageFormat format) {

	}

}
