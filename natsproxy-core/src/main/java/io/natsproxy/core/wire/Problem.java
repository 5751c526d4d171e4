package io.natsproxy.core.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import io.nats.client.support.Encoding;
import io.natsproxy.core.header.HeaderFields;

import static java.util.Map.entry;

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
	 * The reason phrases of RFC 9110, section 15, and RFC 6585, which RFC 9457 wants as
	 * titles.
	 */
	private static final Map<Integer, String> TITLES = Map.ofEntries(entry(400, "Bad Request"),
			entry(401, "Unauthorized"), entry(402, "Payment Required"), entry(403, "Forbidden"),
			entry(404, "Not Found"), entry(405, "Method Not Allowed"), entry(406, "Not Acceptable"),
			entry(407, "Proxy Authentication Required"), entry(408, "Request Timeout"), entry(409, "Conflict"),
			entry(410, "Gone"), entry(411, "Length Required"), entry(412, "Precondition Failed"),
			entry(413, "Content Too Large"), entry(414, "URI Too Long"), entry(415, "Unsupported Media Type"),
			entry(416, "Range Not Satisfiable"), entry(417, "Expectation Failed"), entry(421, "Misdirected Request"),
			entry(422, "Unprocessable Content"), entry(426, "Upgrade Required"), entry(428, "Precondition Required"),
			entry(429, "Too Many Requests"), entry(431, "Request Header Fields Too Large"),
			entry(500, "Internal Server Error"), entry(501, "Not Implemented"), entry(502, "Bad Gateway"),
			entry(503, "Service Unavailable"), entry(504, "Gateway Timeout"), entry(505, "HTTP Version Not Supported"),
			entry(511, "Network Authentication Required"));

	/**
	 * Returns a problem with the title of its status.
	 * @param status the HTTP status
	 * @param detail what happened in this case, fit to be shown to the client
	 * @return the problem
	 */
	public static Problem of(int status, String detail) {
		String title = TITLES.get(status);
		if (title == null) {
			title = (status < 500) ? "Client Error" : "Server Error";
		}
		return new Problem(status, title, detail);
	}

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
