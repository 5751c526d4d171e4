package io.natsproxy.core.management;

import io.natsproxy.core.wire.Problem;
import org.jspecify.annotations.Nullable;

/**
 * The response of a management endpoint.
 *
 * @param status the HTTP status
 * @param contentType the media type of the body; {@code null} where none is told
 * @param body the body, which must not be changed
 */
public record ManagementResponse(int status, @Nullable String contentType, byte[] body) {

	/**
	 * Returns a response that says what is wrong.
	 * @param status the HTTP status
	 * @param detail what is wrong, fit to be shown to whoever has asked
	 * @return the response
	 */
	public static ManagementResponse problem(int status, String detail) {
		return new ManagementResponse(status, Problem.MEDIA_TYPE, Problem.of(status, detail).toJson());
	}

}
