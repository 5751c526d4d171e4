package io.natsproxy.core.wire;

import io.natsproxy.core.header.NatsHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads what the two ends of a WebSocket tell each other.
 */
final class WebSocketEndCodec {

	/**
	 * Longest id of a WebSocket, which becomes a part of subjects, in characters.
	 */
	private static final int MAX_ID_LENGTH = 128;

	private WebSocketEndCodec() {
	}

	static void encode(WebSocketEnd end, NatsHeaders headers) {
		headers.add(WireProtocol.SOCKET_HEADER, end.id());
		headers.add(WireProtocol.FRAMES_HEADER, end.frames());
		headers.add(WireProtocol.ALIVE_HEADER, end.alive());
		headers.add(WireProtocol.CREDIT_HEADER, Long.toString(end.credit()));
	}

	/**
	 * Reads what a request says.
	 * @return the gateway's end, or {@code null} if the request is no handshake
	 * @throws MalformedMessageException if it is one that is malformed
	 */
	static @Nullable WebSocketEnd decodeRequest(String method, NatsHeaders headers) {
		String upgrade = headers.getFirst(WireProtocol.UPGRADE_HEADER);
		if (upgrade == null) {
			return null;
		}
		if (!upgrade.equals(WireProtocol.UPGRADE_WEBSOCKET) || !method.equals("GET")) {
			throw new MalformedMessageException("Malformed " + WireProtocol.UPGRADE_HEADER);
		}
		return decode(headers);
	}

	static WebSocketEnd decode(NatsHeaders headers) {
		return new WebSocketEnd(id(headers), subject(WireProtocol.FRAMES_HEADER, headers),
				subject(WireProtocol.ALIVE_HEADER, headers), credit(headers.getFirst(WireProtocol.CREDIT_HEADER)));
	}

	private static String id(NatsHeaders headers) {
		String id = subject(WireProtocol.SOCKET_HEADER, headers);
		if (id.length() > MAX_ID_LENGTH || id.indexOf('.') < 0 || id.indexOf('.') != id.lastIndexOf('.')) {
			throw new MalformedMessageException("Malformed " + WireProtocol.SOCKET_HEADER);
		}
		return id;
	}

	private static String subject(String name, NatsHeaders headers) {
		String subject = headers.getFirst(name);
		if (subject == null || !LiteralSubject.isValid(subject)) {
			throw new MalformedMessageException("Missing or malformed " + name);
		}
		return subject;
	}

	private static long credit(@Nullable String digits) {
		if (digits == null) {
			throw new MalformedMessageException("Missing " + WireProtocol.CREDIT_HEADER);
		}
		return Frame.number(digits);
	}

}
