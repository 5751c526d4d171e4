package io.natsproxy.core.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.nats.client.support.Encoding;

/**
 * A problem as RFC 9457 describes it, of the type {@code about:blank}.
 *
 * @param status the HTTP status
 * @param title the reason phrase of the status
 * @param detail what happened in this case, fit to be shown to the client
 */
public record Problem(int status, String title, String detail) {

	/**
	 * Media type of {@link #toJson()}.
	 */
	public static final String MEDIA_TYPE = "application/problem+json";

	/**
	 * Fields of a message whose body is a problem.
	 */
	public static final HeaderFields HEADERS = HeaderFields.of("Content-Type", MEDIA_TYPE);

	/**
	 * Fields of a message whose body is a problem that may be over in a second.
	 */
	public static final HeaderFields RETRY_HEADERS = (action) -> {
		HEADERS.forEach(action);
		action.accept("Retry-After", List.of("1"));
	};

	/**
	 * Writes the problem as JSON.
	 * @return the bytes, in UTF-8
	 */
	public byte[] toJson() {
		StringBuilder json = new StringBuilder(128);
		json.append("{\"type\":\"about:blank\",\"title\":\"");
		Encoding.jsonEncode(json, this.title);
		json.append("\",\"status\":").append(this.status).append(",\"detail\":\"");
		Encoding.jsonEncode(json, this.detail);
		return json.append("\"}").toString().getBytes(StandardCharsets.UTF_8);
	}

}
