package io.natsproxy.core.wire;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the heads of requests and responses. Safe for use by many threads.
 */
public final class HeadCodec {

	private static final String VERSION = Integer.toString(WireProtocol.VERSION);

	private static final int MAX_METHOD_LENGTH = 64;

	/**
	 * The most that nine digits can say, in milliseconds: more than eleven days.
	 */
	private static final long MAX_TIMEOUT = 999_999_999;

	private final FieldCodec headerCodec = new FieldCodec();

	/**
	 * Writes the head of a request.
	 * @param head the head
	 * @return the NATS headers to be published with it
	 * @throws MalformedMessageException if the method, the target or the name of a field
	 * is malformed
	 */
	public NatsHeaders encode(RequestHead head) {
		if (!isMethod(head.method())) {
			throw new MalformedMessageException("The method is malformed");
		}
		if (!isOriginForm(head.target())) {
			throw new MalformedMessageException(
					"The target is not a path with an optional query in printable ASCII: escape other characters");
		}
		NatsHeaders headers = new NatsHeaders();
		headers.add(WireProtocol.VERSION_HEADER, VERSION);
		headers.add(WireProtocol.METHOD_HEADER, head.method());
		headers.add(WireProtocol.TARGET_HEADER, head.target());
		Duration timeout = head.timeout();
		if (timeout != null) {
			setTimeout(headers, timeout);
		}
		if (head.socket() != null) {
			headers.add(WireProtocol.UPGRADE_HEADER, WireProtocol.UPGRADE_WEBSOCKET);
			WebSocketEndCodec.encode(head.socket(), headers);
		}
		this.headerCodec.encode(head.headers(), headers);
		return headers;
	}

	/**
	 * Writes the head of a response.
	 * @param head the head
	 * @return the NATS headers to be published with it
	 * @throws MalformedMessageException if the name of a field is malformed
	 */
	public NatsHeaders encode(ResponseHead head) {
		NatsHeaders headers = new NatsHeaders();
		headers.add(WireProtocol.STATUS_HEADER, Integer.toString(head.status()));
		if (head.socket() != null) {
			WebSocketEndCodec.encode(head.socket(), headers);
		}
		this.headerCodec.encode(head.headers(), headers);
		return headers;
	}

	/**
	 * Sets the time that the caller of a request is still going to wait.
	 * @param headers the head of a request
	 * @param timeout the time; zero if it is negative
	 */
	public static void setTimeout(NatsHeaders headers, Duration timeout) {
		headers.put(WireProtocol.TIMEOUT_HEADER, Long.toString(milliseconds(timeout)));
	}

	/**
	 * Says of a message that its payload is only the first part of the body.
	 * @param headers the head of a request or a response
	 */
	public static void setStreamed(NatsHeaders headers) {
		headers.put(WireProtocol.BODY_HEADER, WireProtocol.BODY_STREAM);
	}

	/**
	 * Sets the most bytes of a body that the reply may carry.
	 * @param headers the head of a request
	 * @param bytes number of bytes
	 */
	public static void setMaxReply(NatsHeaders headers, int bytes) {
		headers.put(WireProtocol.MAX_REPLY_HEADER, Integer.toString(bytes));
	}

	/**
	 * Returns the most bytes of a body that the reply may carry.
	 * @param headers the head of a request
	 * @return number of bytes, {@link Integer#MAX_VALUE} if the caller does not say
	 * @throws MalformedMessageException if it is not one to nine digits
	 */
	public static int maxReply(NatsHeaders headers) {
		String digits = headers.getFirst(WireProtocol.MAX_REPLY_HEADER);
		return (digits != null) ? parse(digits, WireProtocol.MAX_REPLY_HEADER) : Integer.MAX_VALUE;
	}

	/**
	 * Tells whether the payload of a message is only the first part of its body.
	 * @param headers the NATS headers of a request or a response
	 * @return whether the rest comes in frames
	 */
	public static boolean isStreamed(NatsHeaders headers) {
		return headers.containsKey(WireProtocol.BODY_HEADER);
	}

	/**
	 * Reads the head of a request of this protocol.
	 * @param headers the NATS headers, which carry {@code Natsproxy-Version}
	 * @return the head
	 * @throws MalformedMessageException with status 505 for a higher version, 400 for
	 * anything else that is not of the protocol
	 */
	public RequestHead decodeRequest(NatsHeaders headers) {
		requireKnownVersion(headers);
		requireKnownBody(headers);
		String method = headers.getFirst(WireProtocol.METHOD_HEADER);
		if (method == null || !isMethod(method)) {
			throw new MalformedMessageException("Missing or malformed " + WireProtocol.METHOD_HEADER);
		}
		String target = headers.getFirst(WireProtocol.TARGET_HEADER);
		if (target == null || !isOriginForm(target)) {
			throw new MalformedMessageException("Missing or malformed " + WireProtocol.TARGET_HEADER);
		}
		return new RequestHead(method, target, timeout(headers), this.headerCodec.decode(headers),
				WebSocketEndCodec.decodeRequest(method, headers));
	}

	/**
	 * Reads the head of a response of this protocol.
	 * @param headers the NATS headers, which carry {@code Natsproxy-Status}
	 * @return the head
	 * @throws MalformedMessageException if it is not of the protocol
	 */
	public ResponseHead decodeResponse(NatsHeaders headers) {
		requireKnownVersion(headers);
		requireKnownBody(headers);
		String value = headers.getFirst(WireProtocol.STATUS_HEADER);
		int status = (value != null && value.length() == 3) ? parse(value, WireProtocol.STATUS_HEADER) : -1;
		if (status == WireProtocol.SWITCHING_PROTOCOLS) {
			return new ResponseHead(status, this.headerCodec.decode(headers), WebSocketEndCodec.decode(headers));
		}
		if (status < 200 || status > 599) {
			throw new MalformedMessageException(WireProtocol.STATUS_HEADER + " is not from 200 to 599");
		}
		return new ResponseHead(status, this.headerCodec.decode(headers));
	}

	/**
	 * Reads the end-to-end fields of a message that may have no head of this protocol.
	 * @param headers the NATS headers
	 * @return the fields
	 * @throws MalformedMessageException if a name or a value could not stand in an HTTP
	 * message
	 */
	public HeaderFields decodeFields(@Nullable NatsHeaders headers) {
		return this.headerCodec.decode(headers);
	}

	private static void requireKnownVersion(NatsHeaders headers) {
		String version = headers.getFirst(WireProtocol.VERSION_HEADER);
		if (version != null && !version.equals(VERSION)) {
			if (parse(version, WireProtocol.VERSION_HEADER) > WireProtocol.VERSION) {
				throw new MalformedMessageException(505,
						"Version " + version + " of the wire protocol is not supported, the highest is " + VERSION);
			}
			throw new MalformedMessageException("Malformed " + WireProtocol.VERSION_HEADER);
		}
	}

	private static void requireKnownBody(NatsHeaders headers) {
		String body = headers.getFirst(WireProtocol.BODY_HEADER);
		if (body != null && !body.equals(WireProtocol.BODY_STREAM)) {
			throw new MalformedMessageException("Malformed " + WireProtocol.BODY_HEADER);
		}
	}

	/**
	 * Tells whether a text is an HTTP method: a token of RFC 9110, section 5.6.2, that is
	 * not too long.
	 * @param method the text
	 * @return whether it can be the method of a request
	 */
	public static boolean isMethod(String method) {
		return method.length() <= MAX_METHOD_LENGTH && HeaderNames.isToken(method);
	}

	private static long milliseconds(Duration timeout) {
		return Math.max(0, Math.min(TimeUnit.MILLISECONDS.convert(timeout), MAX_TIMEOUT));
	}

	private static @Nullable Duration timeout(NatsHeaders headers) {
		String timeout = headers.getFirst(WireProtocol.TIMEOUT_HEADER);
		return (timeout != null) ? Duration.ofMillis(parse(timeout, WireProtocol.TIMEOUT_HEADER)) : null;
	}

	/**
	 * Tells whether the target is a path with an optional query (RFC 9112, section
	 * 3.2.1), in printable ASCII and without a fragment.
	 */
	private static boolean isOriginForm(String target) {
		for (int i = 0; i < target.length(); i++) {
			char c = target.charAt(i);
			if (c <= ' ' || c >= 0x7F || c == '#') {
				return false;
			}
		}
		return target.startsWith("/");
	}

	private static int parse(String digits, String header) {
		int length = digits.length();
		for (int i = 0; i < length; i++) {
			if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
				length = 0;
			}
		}
		if (length == 0 || length > 9) {
			throw new MalformedMessageException("Malformed " + header);
		}
		return Integer.parseInt(digits);
	}

}
