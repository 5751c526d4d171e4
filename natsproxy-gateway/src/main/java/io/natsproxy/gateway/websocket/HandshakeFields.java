package io.natsproxy.gateway.websocket;

import java.util.Locale;
import java.util.Set;

import io.natsproxy.core.header.FieldValue;
import io.natsproxy.core.wire.RequestHead;

import org.springframework.http.HttpHeaders;

/**
 * The header fields of a handshake, of which some are between the client and the gateway:
 * services do not see them, and do not write them.
 */
final class HandshakeFields {

	static final String VERSION = "Sec-WebSocket-Version";

	static final String KEY = "Sec-WebSocket-Key";

	static final String SUB_PROTOCOL = "Sec-WebSocket-Protocol";

	private static final Set<String> OWN = Set.of("sec-websocket-key", "sec-websocket-version",
			"sec-websocket-extensions", "sec-websocket-accept");

	private static final String CONTENT_PREFIX = "Content-";

	private HandshakeFields() {
	}

	/**
	 * Returns a head as the service gets it.
	 */
	static RequestHead forService(RequestHead head) {
		return new RequestHead(head.method(), head.target(), null,
				(action) -> head.headers().forEach((name, values) -> {
					if (!isOwn(name)) {
						action.accept(name, values);
					}
				}));
	}

	/**
	 * Adds what a service has answered to what the client gets.
	 */
	static void addForClient(HttpHeaders answered, HttpHeaders target) {
		answered.forEach((name, values) -> {
			if (!isOwn(name) && !name.equalsIgnoreCase(SUB_PROTOCOL)
					&& !name.regionMatches(true, 0, CONTENT_PREFIX, 0, CONTENT_PREFIX.length())) {
				values.forEach((value) -> target.add(name, FieldValue.toBytes(value)));
			}
		});
	}

	private static boolean isOwn(String name) {
		return OWN.contains(name.toLowerCase(Locale.ROOT));
	}

}
